package dev.whisker.trainer.training;

import dev.whisker.classifier.bundle.Split;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.trainer.calibration.SmoothingChoice;
import dev.whisker.trainer.network.Network;
import dev.whisker.trainer.network.NetworkSettings;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that can be set about a training. The defaults stand here and nowhere else.
 *
 * @param name the model's name
 * @param version the model's version; null: taken from the network's checksum
 * @param created the time that the model says it was created at; null: that of the newest recording
 * @param window samples in a window; null: from the recordings
 * @param hop samples from one window's start to the next one's; null: half a window, or a whole one
 *     where the network carries state
 * @param periodMicros microseconds between two samples; null: guessed from the recordings
 * @param frame samples in a step of the network; null: from the window
 * @param maxGapPeriods a longer silence, in periods, makes the window start over
 * @param graceMicros how late a sample may be and still be sorted in
 * @param truthShare the share of a window's samples that must agree on its truth
 * @param split by device or by time; null: from the recordings
 * @param testShare the share to test on; without meaning where recordings to test on are given
 * @param validationShare the share of the rest to validate on
 * @param minPrecision how often predictions that are not uncertain are to be right; null: none is
 *     uncertain
 * @param smoothing how stable labels come about: {@code none}, {@code markov}, such as {@code
 *     2-of-3}, or {@code auto}, by the validation part
 * @param network the kind of network, or {@value #AUTO}
 * @param units units of each recurrent layer
 * @param layers number of recurrent layers
 * @param embedding units of a dense layer before them; 0: none
 * @param dropout the share of a layer's inputs that is left out in training; null: the network's
 *     usual one
 * @param l2 the weight of the squared weights in the loss
 * @param clip the L2 norm that a layer's gradient is cut down to
 * @param learningRate Adam's largest step size
 * @param schedule how the step size changes from epoch to epoch
 * @param classWeights how much errors on each class count
 * @param shift whether training windows begin elsewhere each epoch, up to half a hop away
 * @param roll whether training windows are rolled: their end, from a random sample on, comes first;
 *     null: but for series, whose beginning is one
 * @param jitter the standard deviation of the noise added to standardized training windows
 * @param scaling how much the deviation of each channel of a training window is scaled: the
 *     standard deviation of the factor's logarithm
 * @param timeWarp the share by which time runs faster or slower at most within a training window
 * @param epochs the most passes over the training part; null: from its number of windows
 * @param batch windows in a step of the optimizer; null: from the number of windows
 * @param patience epochs without a better validation accuracy until training stops; null: a third
 *     of all
 * @param seed of the split, the weights and everything else that is drawn
 * @param timeLimit when to stop with the best network so far, of all kinds together; null: never
 */
public record TrainingSettings(
    String name,
    String version,
    Instant created,
    Integer window,
    Integer hop,
    Double periodMicros,
    Integer frame,
    double maxGapPeriods,
    long graceMicros,
    double truthShare,
    Split.Kind split,
    double testShare,
    double validationShare,
    Double minPrecision,
    String smoothing,
    String network,
    int units,
    int layers,
    int embedding,
    Double dropout,
    double l2,
    double clip,
    double learningRate,
    Schedule schedule,
    ClassWeights classWeights,
    boolean shift,
    Boolean roll,
    double jitter,
    double scaling,
    double timeWarp,
    Integer epochs,
    Integer batch,
    Integer patience,
    long seed,
    Duration timeLimit) {

  /** The model's usual name. */
  public static final String DEFAULT_NAME = "whisker";

  /** The usual share to test on. */
  public static final double DEFAULT_TEST_SHARE = 0.3;

  /** The usual share of the rest to validate on. */
  public static final double DEFAULT_VALIDATION_SHARE = 0.2;

  /** How stable labels usually come about. */
  public static final String DEFAULT_SMOOTHING = SmoothingChoice.AUTO;

  /** Some kinds are tried, and the best on the validation part is taken. */
  public static final String AUTO = "auto";

  /** The usual kind of network. */
  public static final String DEFAULT_NETWORK = AUTO;

  /** The usual number of units. */
  public static final int DEFAULT_UNITS = 64;

  /** The usual number of recurrent layers. */
  public static final int DEFAULT_LAYERS = 1;

  /** The usual units of the dense layer before them. */
  public static final int DEFAULT_EMBEDDING = 128;

  /** The usual weight of the squared weights. */
  public static final double DEFAULT_L2 = 0;

  /** The usual longest gradient of a layer. */
  public static final double DEFAULT_CLIP = 1;

  /** Adam's usual first step size. */
  public static final double DEFAULT_LEARNING_RATE = 6e-3;

  /** Whether training windows usually begin elsewhere each epoch. */
  public static final boolean DEFAULT_SHIFT = true;

  /** The usual noise on standardized windows. */
  public static final double DEFAULT_JITTER = 0;

  /** The usual scaling of windows. */
  public static final double DEFAULT_SCALING = 0;

  /** The usual warp of time. */
  public static final double DEFAULT_TIME_WARP = 0;

  /** How long a training usually takes at the longest. */
  public static final Duration DEFAULT_TIME_LIMIT = Duration.ofMinutes(8);

  private static final double MOST_SCALING = 2;
  private static final int FEWEST_EPOCHS = 60;
  private static final int FEWEST_STEPS = 600;
  private static final int STEPS_IN_AN_EPOCH = 4;
  private static final int LEAST_PATIENCE = 20;
  private static final int SMALLEST_BATCH = 8;
  private static final int LARGEST_BATCH = 128;

  /** The usual seed. */
  public static final long DEFAULT_SEED = 1;

  /**
   * These settings with batch, epochs and patience set. Few windows come in small batches and
   * often: batch normalization and the optimizer live on steps, not on epochs.
   *
   * @param windows of the training part
   */
  TrainingSettings fittedTo(int windows) {
    int fewWindows = Math.max(1, windows / STEPS_IN_AN_EPOCH);
    int fittingBatch =
        batch != null
            ? batch
            : Math.max(SMALLEST_BATCH, Math.min(LARGEST_BATCH, Integer.highestOneBit(fewWindows)));
    int steps = (windows + fittingBatch - 1) / fittingBatch;
    int fittingEpochs =
        epochs != null ? epochs : Math.max(FEWEST_EPOCHS, (FEWEST_STEPS + steps - 1) / steps);
    return toBuilder()
        .batch(fittingBatch)
        .epochs(fittingEpochs)
        .patience(patience != null ? patience : Math.max(LEAST_PATIENCE, fittingEpochs / 3))
        .dropout(networkSettings().dropout())
        .build();
  }

  /** The same settings with another seed. */
  TrainingSettings withSeed(long other) {
    return toBuilder().seed(other).build();
  }

  /** The same settings with another time limit. */
  TrainingSettings withTimeLimit(Duration other) {
    return toBuilder().timeLimit(other).build();
  }

  /**
   * The same settings for a model that is trained on all devices and scored by a cross-validation:
   * without a test part, and with the model's share of the time limit.
   *
   * @param folds of the cross-validation
   */
  public TrainingSettings besideFolds(int folds) {
    return toBuilder()
        .testShare(0)
        .timeLimit(timeLimit == null ? null : timeLimit.dividedBy(folds + 1))
        .build();
  }

  /** The same settings with another hop; null: the usual one. */
  TrainingSettings withHop(Integer other) {
    return toBuilder().hop(other).build();
  }

  /** The same settings with another frame. */
  TrainingSettings withFrame(int other) {
    return toBuilder().frame(other).build();
  }

  /** The same settings with another kind of network. */
  TrainingSettings withNetwork(String other) {
    return toBuilder().network(other).build();
  }

  /** Checks what the other parts do not check. */
  public TrainingSettings {
    if (!network.equals(AUTO)) {
      Network.named(network);
    }
    require(
        minPrecision == null || (minPrecision > 0 && minPrecision < 1),
        "min precision",
        minPrecision,
        "above 0 and below 1");
    SmoothingChoice.require(smoothing);
    require(epochs == null || epochs >= 1, "epochs", epochs, "1 or more");
    require(batch == null || batch >= 1, "batch", batch, "1 window or more");
    require(patience == null || patience >= 1, "patience", patience, "1 epoch or more");
    require(jitter >= 0 && jitter < Double.POSITIVE_INFINITY, "jitter", jitter, "0 or more");
    require(scaling >= 0 && scaling <= MOST_SCALING, "scaling", scaling, "0 to " + MOST_SCALING);
    require(timeWarp >= 0 && timeWarp < 1, "time warp", timeWarp, "0 or more and less than 1");
    require(
        timeLimit == null || timeLimit.toMillis() > 0,
        "time limit",
        timeLimit,
        "more than nothing");
  }

  private static void require(boolean holds, String name, Object actual, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "The training's " + name + " is " + actual + "; expected " + expected);
    }
  }

  /** The defaults, to be changed one by one. */
  public static Builder builder() {
    return new Builder();
  }

  private Builder toBuilder() {
    Builder builder = new Builder();
    builder.name = name;
    builder.version = version;
    builder.created = created;
    builder.window = window;
    builder.hop = hop;
    builder.periodMicros = periodMicros;
    builder.frame = frame;
    builder.maxGapPeriods = maxGapPeriods;
    builder.graceMicros = graceMicros;
    builder.truthShare = truthShare;
    builder.split = split;
    builder.testShare = testShare;
    builder.validationShare = validationShare;
    builder.minPrecision = minPrecision;
    builder.smoothing = smoothing;
    builder.network = network;
    builder.units = units;
    builder.layers = layers;
    builder.embedding = embedding;
    builder.dropout = dropout;
    builder.l2 = l2;
    builder.clip = clip;
    builder.learningRate = learningRate;
    builder.schedule = schedule;
    builder.classWeights = classWeights;
    builder.shift = shift;
    builder.roll = roll;
    builder.jitter = jitter;
    builder.scaling = scaling;
    builder.timeWarp = timeWarp;
    builder.epochs = epochs;
    builder.batch = batch;
    builder.patience = patience;
    builder.seed = seed;
    builder.timeLimit = timeLimit;
    return builder;
  }

  /** What concerns the network. */
  NetworkSettings networkSettings() {
    return new NetworkSettings(
        units,
        layers,
        embedding,
        dropout != null ? dropout : Network.named(network).defaultDropout(),
        learningRate,
        l2,
        clip,
        seed);
  }

  /** Every setting that is part of a model's provenance, by the name of its flag. */
  Map<String, String> described() {
    Map<String, String> all = new TreeMap<>();
    all.put("network", network);
    all.put("units", String.valueOf(units));
    all.put("layers", String.valueOf(layers));
    all.put("embedding", String.valueOf(embedding));
    all.put("dropout", String.valueOf(dropout));
    all.put("l2", String.valueOf(l2));
    all.put("clip", String.valueOf(clip));
    all.put("learning-rate", String.valueOf(learningRate));
    all.put("schedule", schedule.toString());
    all.put("class-weights", classWeights.toString());
    all.put("shift", String.valueOf(shift));
    all.put("roll", roll == null ? "but for series" : roll.toString());
    all.put("jitter", String.valueOf(jitter));
    all.put("scaling", String.valueOf(scaling));
    all.put("time-warp", String.valueOf(timeWarp));
    all.put("epochs", String.valueOf(epochs));
    all.put("batch", String.valueOf(batch));
    all.put("patience", String.valueOf(patience));
    all.put("smoothing", smoothing);
    if (minPrecision != null) {
      all.put("min-precision", String.valueOf(minPrecision));
    }
    if (timeLimit != null) {
      all.put("time-limit", timeLimit.toString());
    }
    return all;
  }

  /** Every setting by its component's name: what another training could have set otherwise. */
  Map<String, String> all() {
    Map<String, String> all = new TreeMap<>();
    for (RecordComponent component : TrainingSettings.class.getRecordComponents()) {
      try {
        all.put(component.getName(), String.valueOf(component.getAccessor().invoke(this)));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("A record's accessors are public", e);
      }
    }
    return all;
  }

  /** Changes the defaults one by one. Not thread-safe. */
  public static final class Builder {
    private String name = DEFAULT_NAME;
    private String version;
    private Instant created;
    private Integer window;
    private Integer hop;
    private Double periodMicros;
    private Integer frame;
    private double maxGapPeriods = WindowSpec.DEFAULT_MAX_GAP_PERIODS;
    private long graceMicros;
    private double truthShare = WindowSpec.DEFAULT_TRUTH_SHARE;
    private Split.Kind split;
    private double testShare = DEFAULT_TEST_SHARE;
    private double validationShare = DEFAULT_VALIDATION_SHARE;
    private Double minPrecision;
    private String smoothing = DEFAULT_SMOOTHING;
    private String network = DEFAULT_NETWORK;
    private int units = DEFAULT_UNITS;
    private int layers = DEFAULT_LAYERS;
    private int embedding = DEFAULT_EMBEDDING;
    private Double dropout;
    private double l2 = DEFAULT_L2;
    private double clip = DEFAULT_CLIP;
    private double learningRate = DEFAULT_LEARNING_RATE;
    private Schedule schedule = Schedule.COSINE;
    private ClassWeights classWeights = ClassWeights.BALANCED;
    private boolean shift = DEFAULT_SHIFT;
    private Boolean roll;
    private double jitter = DEFAULT_JITTER;
    private double scaling = DEFAULT_SCALING;
    private double timeWarp = DEFAULT_TIME_WARP;
    private Integer epochs;
    private Integer batch;
    private Integer patience;
    private long seed = DEFAULT_SEED;
    private Duration timeLimit = DEFAULT_TIME_LIMIT;

    private Builder() {}

    /** See {@link TrainingSettings#name}. */
    public Builder name(String value) {
      name = value;
      return this;
    }

    /** See {@link TrainingSettings#version}. */
    public Builder version(String value) {
      version = value;
      return this;
    }

    /** See {@link TrainingSettings#created}. */
    public Builder created(Instant value) {
      created = value;
      return this;
    }

    /** See {@link TrainingSettings#window}. */
    public Builder window(Integer value) {
      window = value;
      return this;
    }

    /** See {@link TrainingSettings#hop}. */
    public Builder hop(Integer value) {
      hop = value;
      return this;
    }

    /** See {@link TrainingSettings#periodMicros}. */
    public Builder periodMicros(Double value) {
      periodMicros = value;
      return this;
    }

    /** See {@link TrainingSettings#frame}. */
    public Builder frame(Integer value) {
      frame = value;
      return this;
    }

    /** See {@link TrainingSettings#maxGapPeriods}. */
    public Builder maxGapPeriods(double value) {
      maxGapPeriods = value;
      return this;
    }

    /** See {@link TrainingSettings#graceMicros}. */
    public Builder graceMicros(long value) {
      graceMicros = value;
      return this;
    }

    /** See {@link TrainingSettings#truthShare}. */
    public Builder truthShare(double value) {
      truthShare = value;
      return this;
    }

    /** See {@link TrainingSettings#split}. */
    public Builder split(Split.Kind value) {
      split = value;
      return this;
    }

    /** See {@link TrainingSettings#testShare}. */
    public Builder testShare(double value) {
      testShare = value;
      return this;
    }

    /** See {@link TrainingSettings#validationShare}. */
    public Builder validationShare(double value) {
      validationShare = value;
      return this;
    }

    /** See {@link TrainingSettings#minPrecision}. */
    public Builder minPrecision(Double value) {
      minPrecision = value;
      return this;
    }

    /** See {@link TrainingSettings#smoothing}. */
    public Builder smoothing(String value) {
      smoothing = value;
      return this;
    }

    /** See {@link TrainingSettings#network}. */
    public Builder network(String value) {
      network = value;
      return this;
    }

    /** See {@link TrainingSettings#units}. */
    public Builder units(int value) {
      units = value;
      return this;
    }

    /** See {@link TrainingSettings#layers}. */
    public Builder layers(int value) {
      layers = value;
      return this;
    }

    /** See {@link TrainingSettings#embedding}. */
    public Builder embedding(int value) {
      embedding = value;
      return this;
    }

    /** See {@link TrainingSettings#dropout}. */
    public Builder dropout(Double value) {
      dropout = value;
      return this;
    }

    /** See {@link TrainingSettings#l2}. */
    public Builder l2(double value) {
      l2 = value;
      return this;
    }

    /** See {@link TrainingSettings#clip}. */
    public Builder clip(double value) {
      clip = value;
      return this;
    }

    /** See {@link TrainingSettings#learningRate}. */
    public Builder learningRate(double value) {
      learningRate = value;
      return this;
    }

    /** See {@link TrainingSettings#schedule}. */
    public Builder schedule(Schedule value) {
      schedule = value;
      return this;
    }

    /** See {@link TrainingSettings#classWeights}. */
    public Builder classWeights(ClassWeights value) {
      classWeights = value;
      return this;
    }

    /** See {@link TrainingSettings#shift}. */
    public Builder shift(boolean value) {
      shift = value;
      return this;
    }

    /** See {@link TrainingSettings#roll}. */
    public Builder roll(Boolean value) {
      roll = value;
      return this;
    }

    /** See {@link TrainingSettings#jitter}. */
    public Builder jitter(double value) {
      jitter = value;
      return this;
    }

    /** See {@link TrainingSettings#scaling}. */
    public Builder scaling(double value) {
      scaling = value;
      return this;
    }

    /** See {@link TrainingSettings#timeWarp}. */
    public Builder timeWarp(double value) {
      timeWarp = value;
      return this;
    }

    /** See {@link TrainingSettings#epochs}. */
    public Builder epochs(Integer value) {
      epochs = value;
      return this;
    }

    /** See {@link TrainingSettings#batch}. */
    public Builder batch(Integer value) {
      batch = value;
      return this;
    }

    /** See {@link TrainingSettings#patience}. */
    public Builder patience(Integer value) {
      patience = value;
      return this;
    }

    /** See {@link TrainingSettings#seed}. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** See {@link TrainingSettings#timeLimit}. */
    public Builder timeLimit(Duration value) {
      timeLimit = value;
      return this;
    }

    /**
     * The settings.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    public TrainingSettings build() {
      return new TrainingSettings(
          name,
          version,
          created,
          window,
          hop,
          periodMicros,
          frame,
          maxGapPeriods,
          graceMicros,
          truthShare,
          split,
          testShare,
          validationShare,
          minPrecision,
          smoothing,
          network,
          units,
          layers,
          embedding,
          dropout,
          l2,
          clip,
          learningRate,
          schedule,
          classWeights,
          shift,
          roll,
          jitter,
          scaling,
          timeWarp,
          epochs,
          batch,
          patience,
          seed,
          timeLimit);
    }
  }
}
