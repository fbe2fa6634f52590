package dev.whisker.trainer.training;

import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.window.GridBuffer;
import dev.whisker.classifier.window.Window;
import dev.whisker.trainer.split.DeviceWindows;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Stretches of consecutive windows beside each other: a batch has the next window of every lane.
 *
 * <pre>
 *   lane 1  [a0][a1][a2][a3][d0][d1]        where a stretch ends, the lane takes the next one,
 *   lane 2  [b0][b1][e0][e1][e2]            which begins with a state of zeros; where none is left,
 *   lane 3  [c0][c1][c2][f0]                the lane ends
 * </pre>
 *
 * <p>Stretches have no gap. Long ones are cut into pieces, so that all lanes have work. Seed and
 * epoch alone decide the order of the stretches and where their first windows begin. Not
 * thread-safe.
 */
final class Lanes {
  /** The index of the label of a window without truth. */
  static final int NO_LABEL = -1;

  /** A window that has none before it. */
  static final int NONE = -1;

  /** Pieces are not made shorter to have more lanes: what is carried over would not be learned. */
  private static final int SHORTEST_PIECE = 32;

  /** Neighboring seeds would begin with the same small numbers (the golden ratio of 2^64, odd). */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final List<String> labelNames;
  private final List<Stretch> stretches = new ArrayList<>();
  private final int longestPiece;
  private final boolean shift;
  private final double jitter;
  private final Normalizer normalizer;
  private final long seed;
  private final int most;
  private final int length;
  private final int windowValues;
  private final float[] values;
  private final int[] labels;
  private final int[] before;
  private final Deque<Piece> waiting = new ArrayDeque<>();
  private final List<Piece> active = new ArrayList<>();
  private Random random;
  private int labelled;

  /**
   * For a training part.
   *
   * @param devices tumbling windows with and without truth, at least one
   * @param labelNames the labels, in the order of their indexes
   * @param normalizer scales the noise
   * @param settings number of lanes (which is that of windows in a batch), shift, jitter and seed
   */
  Lanes(
      List<DeviceWindows> devices,
      List<String> labelNames,
      Normalizer normalizer,
      TrainingSettings settings) {
    this.labelNames = labelNames;
    this.normalizer = normalizer;
    this.shift = settings.shift();
    this.jitter = settings.jitter();
    this.seed = settings.seed();
    this.most = settings.batch();
    int windows = 0;
    for (DeviceWindows device : devices) {
      windows += device.windows().size();
      addStretches(device.windows());
    }
    this.longestPiece = Math.max(SHORTEST_PIECE, (windows + most - 1) / most);
    GridBuffer any = stretches.get(0).buffer;
    this.length = any.spec().length();
    this.windowValues = length * any.channels();
    this.values = new float[most * windowValues];
    this.labels = new int[most];
    this.before = new int[most];
  }

  private void addStretches(List<Window> windows) {
    int from = 0;
    for (int i = 1; i <= windows.size(); i++) {
      // A gap begins a new buffer.
      if (i == windows.size() || windows.get(i).buffer() != windows.get(from).buffer()) {
        Window first = windows.get(from);
        stretches.add(new Stretch(first.buffer(), first.start(), i - from));
        from = i;
      }
    }
  }

  /** Whether the truth changes anywhere between two gaps. */
  static boolean anyChanges(List<DeviceWindows> devices) {
    Map<GridBuffer, String> truths = new IdentityHashMap<>();
    for (DeviceWindows device : devices) {
      for (Window window : device.windows()) {
        String truth = window.truth();
        String before = truth == null ? null : truths.put(window.buffer(), truth);
        if (before != null && !before.equals(truth)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Begins an epoch.
   *
   * @param epoch its number
   */
  void begin(int epoch) {
    random = new Random((SPREAD * seed + epoch) * SPREAD);
    List<Piece> pieces = new ArrayList<>();
    for (Stretch stretch : stretches) {
      cut(shift ? shifted(stretch) : stretch, pieces);
    }
    Collections.shuffle(pieces, random);
    active.clear();
    waiting.clear();
    waiting.addAll(pieces);
  }

  /**
   * A stretch that begins up to a window later, unless too few of its windows then have a truth.
   */
  private Stretch shifted(Stretch stretch) {
    int end = stretch.buffer.count();
    int latest = Math.min(length - 1, end - stretch.start - length);
    int start = stretch.start + random.nextInt(latest + 1);
    Stretch shifted = new Stretch(stretch.buffer, start, (end - start) / length);
    return 2 * truths(shifted) >= truths(stretch) ? shifted : stretch;
  }

  private int truths(Stretch stretch) {
    int count = 0;
    for (int i = 0; i < stretch.windows; i++) {
      count += label(stretch.window(i, length)) == NO_LABEL ? 0 : 1;
    }
    return count;
  }

  private int label(Window window) {
    return window.truthAmong(labelNames);
  }

  private void cut(Stretch stretch, List<Piece> pieces) {
    int count = (stretch.windows + longestPiece - 1) / longestPiece;
    for (int i = 0; i < count; i++) {
      int from = (int) ((long) i * stretch.windows / count);
      int to = (int) ((long) (i + 1) * stretch.windows / count);
      pieces.add(new Piece(stretch, from, to));
    }
  }

  /**
   * Moves to the next batch.
   *
   * @return false at the end of the epoch
   */
  boolean next() {
    List<Piece> lanes = new ArrayList<>();
    labelled = 0;
    for (int lane = 0; lane < most; lane++) {
      Piece piece = lane < active.size() ? active.get(lane) : null;
      int from = piece == null || piece.isOver() ? NONE : lane;
      if (from == NONE) {
        piece = waiting.poll();
      }
      if (piece != null) {
        before[lanes.size()] = from;
        lay(piece.next(length), lanes.size());
        lanes.add(piece);
      }
    }
    active.clear();
    active.addAll(lanes);
    return !active.isEmpty();
  }

  private void lay(Window window, int place) {
    int offset = place * windowValues;
    window.copyTo(values, offset);
    labels[place] = label(window);
    labelled += labels[place] == NO_LABEL ? 0 : 1;
    if (jitter > 0) {
      int channels = windowValues / length;
      for (int i = 0; i < windowValues; i++) {
        float scale = (float) jitter * normalizer.standardDeviation().get(i % channels);
        values[offset + i] += scale * (float) random.nextGaussian();
      }
    }
  }

  /** Number of windows in the batch. */
  int count() {
    return active.size();
  }

  /** Number of windows in the batch that have a truth. */
  int labelled() {
    return labelled;
  }

  /** The values, {@code [count][length][channels]}; overwritten by the next batch. */
  float[] values() {
    return values;
  }

  /** The index of a window's label, or {@link #NO_LABEL}. */
  int label(int window) {
    return labels[window];
  }

  /**
   * The place in the batch before of the window right before a window, not before its own place; or
   * {@link #NONE} for one that begins with a state of zeros.
   */
  int before(int window) {
    return before[window];
  }

  /** Consecutive windows of a buffer, the first one beginning at one of its points. */
  private static final class Stretch {
    final GridBuffer buffer;
    final int start;
    final int windows;

    Stretch(GridBuffer buffer, int start, int windows) {
      this.buffer = buffer;
      this.start = start;
      this.windows = windows;
    }

    Window window(int index, int length) {
      return new Window(buffer, start + index * length);
    }
  }

  /** Some windows of a stretch, taken one after the other. */
  private static final class Piece {
    private final Stretch stretch;
    private final int to;
    private int at;

    Piece(Stretch stretch, int from, int to) {
      this.stretch = stretch;
      this.at = from;
      this.to = to;
    }

    boolean isOver() {
      return at == to;
    }

    Window next(int length) {
      return stretch.window(at++, length);
    }
  }
}
