package dev.whisker.trainer.split;

import dev.whisker.classifier.bundle.Split;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.recording.Recordings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Takes recordings apart as a {@link Split} says.
 *
 * <pre>
 *   by device   d1 [ train            ]      by time   d1 [ train   | validation | test ]
 *               d2 [ validation       ]                d2 [ train   | validation | test ]
 *               d3 [ test             ]                d3 [ train   | validation | test ]
 * </pre>
 */
public final class Parts {
  private Parts() {}

  /** The blocks of a part, in the order of the recordings; devices that have none are left out. */
  public static List<Block> blocks(Recordings recordings, Split split, Part part) {
    Set<String> test = new HashSet<>(split.test());
    Set<String> validation = new HashSet<>(split.validation());
    List<Block> blocks = new ArrayList<>();
    for (Recording recording : recordings.recordings()) {
      Block block =
          part == Part.ALL
              ? new Block(recording, 0, recording.samples())
              : switch (split.kind()) {
                case TIME -> timeBlock(recording, split, part);
                case DEVICE -> deviceBlock(recording, test, validation, part);
              };
      if (block.samples() > 0) {
        blocks.add(block);
      }
    }
    return blocks;
  }

  /** Cuts every block into windows. */
  public static List<DeviceWindows> windows(List<Block> blocks, WindowSpec spec) {
    return blocks.stream().map(block -> block.windows(spec)).toList();
  }

  private static Block timeBlock(Recording recording, Split split, Part part) {
    int samples = recording.samples();
    int testFrom = (int) Math.round(samples * (1 - split.testShare()));
    int validationFrom = (int) Math.round(testFrom * (1 - split.validationShare()));
    return switch (part) {
      case TRAIN -> new Block(recording, 0, validationFrom);
      case VALIDATION -> new Block(recording, validationFrom, testFrom);
      case TEST -> new Block(recording, testFrom, samples);
      case ALL -> new Block(recording, 0, samples);
    };
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
