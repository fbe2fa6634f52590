package dev.whisker.trainer.evaluation;

import dev.whisker.classifier.engine.CarriedState;
import dev.whisker.classifier.engine.SequenceClassifier;
import dev.whisker.classifier.window.Window;
import dev.whisker.trainer.split.DeviceWindows;
import java.util.ArrayList;
import java.util.List;

/** The windows of one block of a device with the probabilities that a model gave them. */
public final class ClassifiedWindows {
  private static final int MOST_IN_A_BATCH = 128;

  private final DeviceWindows windows;
  private final int labels;
  private final float[] probabilities;

  /** While it is classified by a network that carries state; else null. */
  private CarriedState carried;

  private ClassifiedWindows(DeviceWindows windows, int labels, float[] probabilities) {
    this.windows = windows;
    this.labels = labels;
    this.probabilities = probabilities;
  }

  /**
   * Classifies every window, in order, in batches that go across devices. Where the classifier
   * carries state, each window is classified alone, as the streamer does it: a batch rounds
   * otherwise, and a state may make much of that in the long run.
   */
  public static List<ClassifiedWindows> of(
      SequenceClassifier classifier, int labels, List<DeviceWindows> devices) {
    List<ClassifiedWindows> classified = unclassified(classifier, labels, devices);
    Batch batch = new Batch(classifier, labels);
    for (ClassifiedWindows device : classified) {
      for (int i = 0; i < device.windows().size(); i++) {
        batch.add(device, i);
        if (device.carried != null) {
          batch.flush();
        }
      }
      device.carried = null;
    }
    batch.flush();
    return classified;
  }

  /**
   * The same in batches where the classifier carries state, for engines that are slow with single
   * windows: the first window of every device, then the second one, and so on.
   */
  public static List<ClassifiedWindows> inStep(
      SequenceClassifier classifier, int labels, List<DeviceWindows> devices) {
    List<ClassifiedWindows> classified = unclassified(classifier, labels, devices);
    Batch batch = new Batch(classifier, labels);
    List<ClassifiedWindows> left = new ArrayList<>(classified);
    for (int i = 0; !left.isEmpty(); i++) {
      int index = i;
      left.removeIf(device -> index == device.windows().size());
      for (ClassifiedWindows device : left) {
        batch.add(device, index);
      }
      batch.flush();
    }
    classified.forEach(device -> device.carried = null);
    return classified;
  }

  private static List<ClassifiedWindows> unclassified(
      SequenceClassifier classifier, int labels, List<DeviceWindows> devices) {
    List<ClassifiedWindows> all = new ArrayList<>();
    for (DeviceWindows device : devices) {
      float[] probabilities = new float[device.windows().size() * labels];
      ClassifiedWindows one = new ClassifiedWindows(device, labels, probabilities);
      one.carried = classifier.stateSize() == 0 ? null : new CarriedState(classifier.stateSize());
      all.add(one);
    }
    return all;
  }

  /**
   * Windows with probabilities from elsewhere.
   *
   * @param probabilities {@code [windows][labels]}; not copied
   */
  public static ClassifiedWindows of(DeviceWindows windows, int labels, float[] probabilities) {
    return new ClassifiedWindows(windows, labels, probabilities);
  }

  /** The device id. */
  public String device() {
    return windows.device();
  }

  /** The windows, in order. */
  public List<Window> windows() {
    return windows.windows();
  }

  /**
   * The index of a window's true label.
   *
   * @param names the labels that the probabilities are of, in order
   * @return -1 if it has no truth, or none of these
   */
  public int truth(int window, List<String> names) {
    return windows.windows().get(window).truthAmong(names);
  }

  /** All probabilities, {@code [windows][labels]}: not a copy, to be read only. */
  public float[] probabilities() {
    return probabilities;
  }

  /** The index of a window's most probable label. */
  public int best(int window) {
    int best = window * labels;
    for (int i = best + 1; i < (window + 1) * labels; i++) {
      best = probabilities[i] > probabilities[best] ? i : best;
    }
    return best - window * labels;
  }

  /** The probability of a window's most probable label. */
  public float confidence(int window) {
    return probabilities[window * labels + best(window)];
  }

  /**
   * The same windows as with the logits multiplied by a factor: the probabilities raised to a power
   * and scaled to sum to 1.
   *
   * @param power above 0; the temperature undoes its own effect
   */
  public ClassifiedWindows sharpened(double power) {
    float[] sharper = new float[probabilities.length];
    for (int from = 0; from < sharper.length; from += labels) {
      double sum = 0;
      for (int i = from; i < from + labels; i++) {
        sum += Math.pow(probabilities[i], power);
      }
      for (int i = from; i < from + labels; i++) {
        sharper[i] = (float) (Math.pow(probabilities[i], power) / sum);
      }
    }
    return new ClassifiedWindows(windows, labels, sharper);
  }

  /** Windows that wait to be classified in one call. */
  private static final class Batch {
    private final SequenceClassifier classifier;
    private final int labels;
    private final float[] output;
    private final ClassifiedWindows[] owners = new ClassifiedWindows[MOST_IN_A_BATCH];
    private final int[] indexes = new int[MOST_IN_A_BATCH];
    private final float[] state;
    private float[] input = {};
    private int count;

    Batch(SequenceClassifier classifier, int labels) {
      this.classifier = classifier;
      this.labels = labels;
      this.output = new float[MOST_IN_A_BATCH * labels];
      this.state = new float[MOST_IN_A_BATCH * classifier.stateSize()];
    }

    void add(ClassifiedWindows owner, int index) {
      Window window = owner.windows().get(index);
      int floats = window.buffer().spec().length() * window.buffer().channels();
      if (input.length == 0) {
        input = new float[MOST_IN_A_BATCH * floats];
      }
      window.copyTo(input, count * floats);
      if (owner.carried != null) {
        owner.carried.copyTo(window, state, count * classifier.stateSize());
      }
      owners[count] = owner;
      indexes[count++] = index;
      if (count == MOST_IN_A_BATCH) {
        flush();
      }
    }

    void flush() {
      if (count > 0) {
        classifier.classify(input, count, state, output);
      }
      for (int i = 0; i < count; i++) {
        System.arraycopy(output, i * labels, owners[i].probabilities, indexes[i] * labels, labels);
        if (owners[i].carried != null) {
          Window window = owners[i].windows().get(indexes[i]);
          owners[i].carried.take(window, state, i * classifier.stateSize());
        }
      }
      count = 0;
    }
  }
}
