package dev.whisker.streamer.metrics;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.bundle.Manifest.Histogram;
import dev.whisker.schemas.Prediction;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * How what a model gets and says differs from its training, over a sliding period: the population
 * stability index of every channel's values against the bundle's histograms, and of the predicted
 * labels against the bundle's shares of predictions.
 *
 * <pre>
 *   PSI = Σ over bins (actual − expected) · ln(actual / expected)
 * </pre>
 *
 * <p>with the shares of values in each bin. It is the symmetric Kullback-Leibler divergence (H.
 * Jeffreys, "An invariant form for the prior probability in estimation problems", 1946), which N.
 * Siddiqi, "Credit Risk Scorecards", 2006, uses under that name: below 0.1 there is little
 * difference, above 0.25 much. A share below {@value #LEAST_SHARE} counts as that, because the
 * logarithm of nothing is infinite.
 *
 * <p>Of every window at most {@value #MOST_SAMPLES} samples are counted, spread over it: so the
 * cost is that of a window and not of its length, and what is counted is what the network was
 * given. Neighboring samples say nearly the same; many windows say more than many samples.
 *
 * <p>The period is {@value #SLICES} slices, of which the oldest is dropped when a new one begins.
 * Thread-safe.
 */
final class Drift {
  static final int MOST_SAMPLES = 8;
  static final double LEAST_SHARE = 1e-4;
  static final int SLICES = 15;

  /** Fewer windows differ from any training by chance. */
  static final int FEWEST_WINDOWS = 100;

  /** The golden ratio's fraction, whose multiples spread evenly and follow no period. */
  private static final double SPREAD = 0.6180339887498949;

  private final Manifest manifest;
  private final Clock clock;
  private final long sliceMillis;

  /** The inner edges of each channel's bins; empty: the bundle has no histograms. */
  private final float[][] edges;

  /** Where each channel's counts begin in a slice; the labels' come last. */
  private final int[] places;

  private final int slots;
  private final int[][] slices = new int[SLICES][];

  /** The number of each slice since 1970. */
  private final long[] numbers = new long[SLICES];

  private final int[] windows = new int[SLICES];
  private final int[] predictions = new int[SLICES];
  private double phase;

  /** Nothing seen. */
  Drift(Manifest manifest, Duration period, Clock clock) {
    this.manifest = manifest;
    this.clock = clock;
    this.sliceMillis = Math.max(1, period.toMillis() / SLICES);
    int channels = manifest.channels().size();
    boolean known = manifest.histograms().size() == channels;
    this.edges = new float[known ? channels : 0][];
    this.places = new int[edges.length + 1];
    for (int c = 0; c < edges.length; c++) {
      List<Float> inner = manifest.histograms().get(c).edges();
      edges[c] = new float[inner.size()];
      for (int i = 0; i < edges[c].length; i++) {
        edges[c][i] = inner.get(i);
      }
      places[c + 1] = places[c] + edges[c].length + 1;
    }
    this.slots = places[edges.length] + manifest.labels().size();
    for (int i = 0; i < SLICES; i++) {
      slices[i] = new int[slots];
      numbers[i] = -1;
    }
  }

  /** Whether the bundle tells what its channels' values looked like. */
  boolean knowsChannels() {
    return edges.length > 0;
  }

  /** Whether the bundle tells how often its labels were predicted. */
  boolean knowsLabels() {
    return !manifest.predicted().isEmpty();
  }

  /** Whether it is that of a model. */
  boolean isOf(Manifest other) {
    return manifest.equals(other);
  }

  /**
   * Takes windows that the network was given.
   *
   * @param values {@code [count][length][channels]}, padding at a window's end is NaN
   */
  synchronized void windows(float[] values, int count) {
    if (!knowsChannels()) {
      return;
    }
    int slice = slice();
    int channels = edges.length;
    int length = manifest.window().length();
    for (int w = 0; w < count; w++) {
      int begin = w * length * channels;
      int taken = Math.min(MOST_SAMPLES, length);
      for (int i = 0; i < taken; i++) {
        // One sample somewhere in each of as many stretches of the window.
        phase += SPREAD;
        phase -= (int) phase;
        int sample = (int) ((i + phase) * length / taken);
        int from = begin + sample * channels;
        for (int c = 0; c < channels; c++) {
          float value = values[from + c];
          if (!Float.isNaN(value)) {
            slices[slice][places[c] + bin(edges[c], value)]++;
          }
        }
      }
    }
    windows[slice] += count;
  }

  /** Takes a prediction; one of another model counts for nothing. */
  synchronized void predicted(Prediction prediction) {
    if (!knowsLabels()
        || !prediction.modelVersion().equals(manifest.version())
        || !prediction.model().equals(manifest.name())) {
      return;
    }
    int slice = slice();
    slices[slice][places[edges.length] + manifest.labels().indexOf(prediction.label())]++;
    predictions[slice]++;
  }

  /**
   * The bin that a value lies in: how many edges are not above it. Few are counted, not searched.
   */
  private static int bin(float[] edges, float value) {
    int bin = 0;
    for (float edge : edges) {
      bin += value >= edge ? 1 : 0;
    }
    return bin;
  }

  /** The index of the present slice, which is empty if it has just begun. */
  private int slice() {
    long number = clock.millis() / sliceMillis;
    int index = (int) (number % SLICES);
    if (numbers[index] != number) {
      numbers[index] = number;
      windows[index] = 0;
      predictions[index] = 0;
      Arrays.fill(slices[index], 0);
    }
    return index;
  }

  /** The index of a channel within the period; NaN: too few windows yet. */
  synchronized double channel(int channel) {
    Histogram histogram = manifest.histograms().get(channel);
    return sum(windows) < FEWEST_WINDOWS
        ? Double.NaN
        : psi(
            counts(places[channel], places[channel + 1]),
            histogram.shares().stream().mapToDouble(Float::doubleValue).toArray());
  }

  /** The index of the labels within the period; NaN: too few predictions yet. */
  synchronized double labels() {
    return sum(predictions) < FEWEST_WINDOWS
        ? Double.NaN
        : psi(
            counts(places[edges.length], slots),
            manifest.predicted().stream().mapToDouble(Double::doubleValue).toArray());
  }

  private boolean isWithin(int slice) {
    long now = clock.millis() / sliceMillis;
    return numbers[slice] > now - SLICES && numbers[slice] <= now;
  }

  private long sum(int[] bySlice) {
    long sum = 0;
    for (int i = 0; i < SLICES; i++) {
      sum += isWithin(i) ? bySlice[i] : 0;
    }
    return sum;
  }

  private long[] counts(int from, int to) {
    long[] counts = new long[to - from];
    for (int i = 0; i < SLICES; i++) {
      for (int slot = from; slot < to && isWithin(i); slot++) {
        counts[slot - from] += slices[i][slot];
      }
    }
    return counts;
  }

  /**
   * The population stability index.
   *
   * @param counts of values in each bin
   * @param expected the share of each bin, as many
   * @return NaN: no values
   */
  static double psi(long[] counts, double[] expected) {
    long all = 0;
    for (long count : counts) {
      all += count;
    }
    if (all == 0) {
      return Double.NaN;
    }
    double psi = 0;
    for (int i = 0; i < counts.length; i++) {
      double is = Math.max(LEAST_SHARE, (double) counts[i] / all);
      double was = Math.max(LEAST_SHARE, expected[i]);
      psi += (is - was) * Math.log(is / was);
    }
    return psi;
  }
}
