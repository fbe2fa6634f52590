package dev.whisker.trainer.split;

import dev.whisker.classifier.bundle.Split;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.recording.Recordings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Takes recordings apart as a {@link Split} says.
 *
 * <pre>
 *   by device   d1 [ train            ]      by time   d1 [ train   | validation | test ]
 *               d2 [ validation       ]                d2 [ train   | validation | test ]
 *               d3 [ test             ]                d3 [ train   | validation | test ]
 * </pre>
 *
 * <p>By time, a recording is cut as a whole if every label of it is then in every part. Else, as
 * where a machine was recorded in one state after the other, each run of samples with the same
 * label is cut.
 */
public final class Parts {
  private Parts() {}

  /** The blocks of a part, in the order of the recordings and of time; empty ones are left out. */
  public static List<Block> blocks(Recordings recordings, Split split, Part part) {
    Set<String> test = new HashSet<>(split.test());
    Set<String> validation = new HashSet<>(split.validation());
    List<Block> blocks = new ArrayList<>();
    for (Recording recording : recordings.recordings()) {
      if (part == Part.ALL) {
        blocks.add(new Block(recording, 0, recording.samples()));
      } else if (split.kind() == Split.Kind.TIME) {
        blocks.addAll(timeBlocks(recording, split, part));
      } else {
        blocks.add(deviceBlock(recording, test, validation, part));
      }
    }
    blocks.removeIf(block -> block.samples() == 0);
    return blocks;
  }

  /** Cuts every block into windows. */
  public static List<DeviceWindows> windows(List<Block> blocks, WindowSpec spec) {
    return blocks.stream().map(block -> block.windows(spec)).toList();
  }

  private static List<Block> timeBlocks(Recording recording, Split split, Part part) {
    Block whole = new Block(recording, 0, recording.samples());
    Set<String> labels = whole.labels();
    boolean everywhere =
        partsOf(split).stream()
            .allMatch(one -> cut(whole, split, one).labels().containsAll(labels));
    List<Block> uncut = everywhere ? List.of(whole) : runs(recording);
    return uncut.stream().map(block -> cut(block, split, part)).toList();
  }

  /** The parts that a split has anything in. */
  private static List<Part> partsOf(Split split) {
    List<Part> parts = new ArrayList<>(List.of(Part.TRAIN));
    if (split.validationShare() > 0) {
      parts.add(Part.VALIDATION);
    }
    if (split.testShare() > 0) {
      parts.add(Part.TEST);
    }
    return parts;
  }

  private static Block cut(Block block, Split split, Part part) {
    int samples = block.samples();
    int testFrom = (int) Math.round(samples * (1 - split.testShare()));
    int validationFrom = (int) Math.round(testFrom * (1 - split.validationShare()));
    int begin = block.from();
    return switch (part) {
      case TRAIN -> new Block(block.recording(), begin, begin + validationFrom);
      case VALIDATION -> new Block(block.recording(), begin + validationFrom, begin + testFrom);
      case TEST -> new Block(block.recording(), begin + testFrom, begin + samples);
      case ALL -> block;
    };
  }

  /** The longest blocks whose samples all have the same label. */
  private static List<Block> runs(Recording recording) {
    List<Block> runs = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= recording.samples(); i++) {
      if (i == recording.samples() || !Objects.equals(recording.label(i), recording.label(from))) {
        runs.add(new Block(recording, from, i));
        from = i;
      }
    }
    return runs;
  }

  private static Block deviceBlock(
      Recording recording, Set<String> test, Set<String> validation, Part part) {
    Part own =
        test.contains(recording.device())
            ? Part.TEST
            : validation.contains(recording.device()) ? Part.VALIDATION : Part.TRAIN;
    return new Block(recording, 0, own == part ? recording.samples() : 0);
  }
}
