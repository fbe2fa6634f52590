package dev.whisker.classifier.bundle;

import dev.whisker.classifier.smoothing.Smoothing;
import dev.whisker.classifier.window.WindowSpec;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a bundle says of itself: all that is needed to use its network rightly and to know where it
 * came from.
 *
 * @param formatVersion the version of the bundle format, {@link Bundle#FORMAT_VERSION}
 * @param name the model's name
 * @param version the model's version
 * @param created when the newest of its recordings was written, or what {@code SOURCE_DATE_EPOCH}
 *     says, ISO-8601: the same training gives the same bytes
 * @param channels what the samples hold, in order
 * @param window period, length, hop and the rest of the windows' shape
 * @param frame samples that the network takes as one step
 * @param labels the classes, in the order of the network's output
 * @param normalizer the standardization inside the network
 * @param temperature what the network's logits are divided by before the softmax
 * @param rejectThreshold a lower confidence makes a prediction uncertain; 0: none does
 * @param smoothing how labels become stable labels
 * @param histograms for each channel, what its values looked like in training
 * @param test how the bundle, read back, did on the test part; null if there was none
 * @param split how the recordings were split
 * @param provenance where it came from
 * @param state what the network carries from one window of a device to the next; null: nothing, as
 *     in bundles that do not mention it
 * @param sha256 the checksum of every other entry, by name, hexadecimal
 * @param predicted the share of each label among the predictions for the validation part, or for
 *     the training part if there was none; empty in bundles that do not tell
 * @param quality how far confidences and stable labels can be trusted; null in bundles that do not
 *     tell
 */
public record Manifest(
    int formatVersion,
    String name,
    String version,
    String created,
    List<Channel> channels,
    WindowSpec window,
    int frame,
    List<String> labels,
    Normalizer normalizer,
    double temperature,
    double rejectThreshold,
    Smoothing smoothing,
    List<Histogram> histograms,
    TestMetrics test,
    Split split,
    Provenance provenance,
    State state,
    Map<String, String> sha256,
    List<Double> predicted,
    Quality quality) {

  /** Of a model whose network carries no state, without what older bundles do not tell. */
  public Manifest(
      int formatVersion,
      String name,
      String version,
      String created,
      List<Channel> channels,
      WindowSpec window,
      int frame,
      List<String> labels,
      Normalizer normalizer,
      double temperature,
      double rejectThreshold,
      Smoothing smoothing,
      List<Histogram> histograms,
      TestMetrics test,
      Split split,
      Provenance provenance,
      Map<String, String> sha256) {
    this(
        formatVersion,
        name,
        version,
        created,
        channels,
        window,
        frame,
        labels,
        normalizer,
        temperature,
        rejectThreshold,
        smoothing,
        histograms,
        test,
        split,
        provenance,
        null,
        sha256,
        List.of(),
        null);
  }

  /** Checks that the parts fit together. */
  public Manifest {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(window, "window");
    Objects.requireNonNull(smoothing, "smoothing");
    channels = List.copyOf(Objects.requireNonNull(channels, "channels"));
    labels = List.copyOf(Objects.requireNonNull(labels, "labels"));
    histograms = List.copyOf(Objects.requireNonNull(histograms, "histograms"));
    sha256 = Map.copyOf(Objects.requireNonNull(sha256, "sha256"));
    predicted = predicted == null ? List.of() : List.copyOf(predicted);
    require(!channels.isEmpty(), "has no channels");
    require(labels.size() >= 2, "has the labels " + labels + "; at least two are expected");
    require(Set.copyOf(labels).size() == labels.size(), "names a label twice: " + labels);
    List<String> names = channels.stream().map(Channel::name).toList();
    require(Set.copyOf(names).size() == names.size(), "names a channel twice: " + names);
    require(
        (long) window.length() * names.size() <= WindowSpec.MOST_SAMPLES,
        "has windows of "
            + window.length()
            + " samples × "
            + names.size()
            + " channels; at most "
            + WindowSpec.MOST_SAMPLES
            + " values are allowed");
    require(
        frame >= 1 && window.length() % frame == 0,
        "has frames of " + frame + " samples, which do not divide the window's " + window.length());
    require(
        normalizer != null
            && normalizer.mean().size() == channels.size()
            && normalizer.standardDeviation().size() == channels.size(),
        "does not have the statistics of each of its " + channels.size() + " channels");
    require(
        temperature > 0 && temperature < Double.POSITIVE_INFINITY,
        "has the temperature " + temperature + "; above 0 is expected");
    require(
        rejectThreshold >= 0 && rejectThreshold <= 1,
        "has the reject threshold " + rejectThreshold + "; 0 to 1 is expected");
    require(
        state == null || window.hop() == window.length(),
        "has a network that carries its state from window to window, and windows of "
            + window.length()
            + " samples every "
            + window.hop()
            + "; a hop of "
            + window.length()
            + " is expected, so that no sample passes the state twice");
    require(
        smoothing.markov() == null || smoothing.markov().size() == labels.size(),
        "has a Markov filter that is not of its " + labels.size() + " labels");
    require(
        predicted.isEmpty() || predicted.size() == labels.size(),
        "has " + predicted.size() + " shares of predictions for " + labels.size() + " labels");
  }

  private static void require(boolean holds, String fault) {
    if (!holds) {
      throw new IllegalArgumentException("The manifest " + fault);
    }
  }

  /** The same with other checksums. */
  Manifest withSha256(Map<String, String> checksums) {
    return with(
        name, version, rejectThreshold, smoothing, test, state, checksums, predicted, quality);
  }

  /** The same with how the bundle did on the test part. */
  public Manifest withTest(TestMetrics metrics) {
    return with(
        name, version, rejectThreshold, smoothing, metrics, state, sha256, predicted, quality);
  }

  /** The same with a network that carries state; null: that carries none. */
  public Manifest withState(State carried) {
    return with(
        name, version, rejectThreshold, smoothing, test, carried, sha256, predicted, quality);
  }

  /**
   * The same with what follows the network.
   *
   * @param threshold the reject threshold
   * @param chosen the smoothing
   * @param shares of each label among the predictions
   */
  public Manifest withServing(double threshold, Smoothing chosen, List<Double> shares) {
    return with(name, version, threshold, chosen, test, state, sha256, shares, quality);
  }

  /** The same with how far confidences and stable labels can be trusted. */
  public Manifest withQuality(Quality other) {
    return with(name, version, rejectThreshold, smoothing, test, state, sha256, predicted, other);
  }

  /** The same under another name and version. */
  public Manifest named(String otherName, String otherVersion) {
    return with(
        otherName,
        otherVersion,
        rejectThreshold,
        smoothing,
        test,
        state,
        sha256,
        predicted,
        quality);
  }

  private Manifest with(
      String newName,
      String newVersion,
      double newRejectThreshold,
      Smoothing newSmoothing,
      TestMetrics newTest,
      State newState,
      Map<String, String> newSha256,
      List<Double> newPredicted,
      Quality newQuality) {
    return new Manifest(
        formatVersion,
        newName,
        newVersion,
        created,
        channels,
        window,
        frame,
        labels,
        normalizer,
        temperature,
        newRejectThreshold,
        newSmoothing,
        histograms,
        newTest,
        split,
        provenance,
        newState,
        newSha256,
        newPredicted,
        newQuality);
  }

  /** The channels' names, in order. */
  public List<String> channelNames() {
    return channels.stream().map(Channel::name).toList();
  }

  /**
   * What the values of one channel looked like in the training part.
   *
   * @param edges the inner edges of the bins, ascending; the outer bins are open
   * @param shares the share of samples in each bin, one more than edges, summing to 1
   */
  public record Histogram(List<Float> edges, List<Float> shares) {
    /** Copies both lists. */
    public Histogram {
      edges = List.copyOf(edges);
      shares = List.copyOf(shares);
    }
  }

  /**
   * How the bundle did on the test part.
   *
   * @param accuracy share of windows whose label was right
   * @param macroF1 mean of the classes' F1 scores
   * @param windows number of windows scored
   * @param confusion counts of windows, a row a true label and a column a predicted one, in the
   *     order of the labels; empty: an earlier Whisker wrote the bundle
   * @param devices how it did on each device, by its id; of very many those with the lowest
   *     accuracy; empty: an earlier Whisker wrote the bundle
   * @param baselines what simple rules reach; null: unknown
   */
  public record TestMetrics(
      double accuracy,
      double macroF1,
      int windows,
      List<List<Integer>> confusion,
      Map<String, DeviceScore> devices,
      Baselines baselines) {
    /** Copies the lists and sorts the devices. */
    public TestMetrics {
      confusion = confusion == null ? List.of() : confusion.stream().map(List::copyOf).toList();
      devices = devices == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(devices));
    }

    /** Without what older bundles do not tell. */
    public TestMetrics(double accuracy, double macroF1, int windows) {
      this(accuracy, macroF1, windows, List.of(), Map.of(), null);
    }
  }

  /**
   * How a bundle did on one device.
   *
   * @param accuracy the share of its windows whose label was right
   * @param windows number of its windows scored
   */
  public record DeviceScore(double accuracy, int windows) {}

  /**
   * What rules that need no network reach on the same windows.
   *
   * @param majority every window has the most frequent label of the training part
   * @param nearestNeighbor every window has the label of the most similar window of the training
   *     part
   */
  public record Baselines(Baseline majority, Baseline nearestNeighbor) {}

  /**
   * What one rule reaches.
   *
   * @param accuracy the share of windows whose label was right
   * @param macroF1 the mean of the labels' F1 scores
   * @param windows number of windows scored; fewer than all where that bounds the work
   * @param trainingWindows number of windows of the training part that the rule used
   */
  public record Baseline(double accuracy, double macroF1, int windows, int trainingWindows) {}

  /**
   * How a training went, epoch by epoch. Every list has one value an epoch, or none where nothing
   * was measured.
   *
   * @param loss the mean loss on the training part while it was trained on
   * @param accuracy the accuracy there
   * @param validationLoss the mean cross-entropy on the validation part
   * @param validationAccuracy the accuracy there
   * @param kept the number of the epoch whose parameters the network has, from 1
   */
  public record History(
      List<Float> loss,
      List<Float> accuracy,
      List<Float> validationLoss,
      List<Float> validationAccuracy,
      int kept) {
    /** Copies the lists. */
    public History {
      loss = List.copyOf(loss);
      accuracy = List.copyOf(accuracy);
      validationLoss = List.copyOf(validationLoss);
      validationAccuracy = List.copyOf(validationAccuracy);
    }
  }

  /**
   * The state that a network carries from one window of a device to the next.
   *
   * @param hidden values of the hidden state, of all layers one after the other
   * @param cell values of the cell state, likewise
   */
  public record State(int hidden, int cell) {
    /** More is a mistake: every device keeps its own. */
    private static final int MOST_VALUES = 1 << 16;

    /** Checks both values. */
    public State {
      require(
          hidden >= 1 && hidden <= MOST_VALUES && cell >= 1 && cell <= MOST_VALUES,
          "has a state of "
              + hidden
              + " hidden and "
              + cell
              + " cell values; 1 to "
              + MOST_VALUES
              + " of each are expected");
    }

    /** Number of values of both. */
    public int size() {
      return hidden + cell;
    }
  }

  /**
   * Where a bundle came from.
   *
   * @param dataSha256 checksum of the recordings, hexadecimal
   * @param recordings number of devices in them
   * @param seed the training's seed
   * @param settings every setting of the training, by name
   * @param libraries versions of what it was trained with, by name
   * @param commit Whisker's own commit; empty if unknown
   * @param history how the training went; null: an earlier Whisker wrote the bundle
   */
  public record Provenance(
      String dataSha256,
      int recordings,
      long seed,
      Map<String, String> settings,
      Map<String, String> libraries,
      String commit,
      History history) {
    /** Sorts both maps, so that the same training writes the same manifest. */
    public Provenance {
      settings = Collections.unmodifiableMap(new TreeMap<>(settings));
      libraries = Collections.unmodifiableMap(new TreeMap<>(libraries));
    }

    /** Without how the training went. */
    public Provenance(
        String dataSha256,
        int recordings,
        long seed,
        Map<String, String> settings,
        Map<String, String> libraries,
        String commit) {
      this(dataSha256, recordings, seed, settings, libraries, commit, null);
    }
  }
}
