package dev.whisker.trainer.training;

import dev.whisker.classifier.bundle.Manifest.Histogram;
import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.split.Block;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What the values of a part's samples look like, channel by channel. Immutable. */
final class Statistics {
  private static final int BINS = 10;
  private static final int MOST_VALUES = 1 << 20;

  private final List<Block> blocks;
  private final int channels;

  /** Of the samples of some blocks, at least one. */
  Statistics(List<Block> blocks) {
    this.blocks = List.copyOf(blocks);
    this.channels = blocks.get(0).recording().channels();
  }

  /** Mean and standard deviation of every channel; a constant channel has the deviation 1. */
  Normalizer normalizer() {
    List<Float> means = new ArrayList<>();
    List<Float> deviations = new ArrayList<>();
    for (int c = 0; c < channels; c++) {
      double mean = mean(c);
      double deviation = deviation(c, mean);
      means.add((float) mean);
      deviations.add(isConstant(c) || (float) deviation == 0 ? 1f : (float) deviation);
    }
    return new Normalizer(means, deviations);
  }

  /** The channels that have the same value in every sample. */
  List<Integer> constantChannels() {
    return IntStream.range(0, channels).filter(this::isConstant).boxed().toList();
  }

  /**
   * The deciles of every channel, and how many of the values lie between them. Where the topmost is
   * the largest value, as of a constant channel, one edge more is right above it: what is larger
   * was never seen.
   */
  List<Histogram> histograms() {
    List<Histogram> histograms = new ArrayList<>();
    for (int c = 0; c < channels; c++) {
      histograms.add(histogram(sorted(c)));
    }
    return histograms;
  }

  private long samples() {
    return blocks.stream().mapToLong(Block::samples).sum();
  }

  private double mean(int channel) {
    double sum = 0;
    for (Block block : blocks) {
      for (int i = block.from(); i < block.to(); i++) {
        sum += value(block.recording(), i, channel);
      }
    }
    return sum / samples();
  }

  private double deviation(int channel, double mean) {
    double sum = 0;
    for (Block block : blocks) {
      for (int i = block.from(); i < block.to(); i++) {
        double off = value(block.recording(), i, channel) - mean;
        sum += off * off;
      }
    }
    return Math.sqrt(sum / samples());
  }

  private boolean isConstant(int channel) {
    float first = value(blocks.get(0).recording(), blocks.get(0).from(), channel);
    for (Block block : blocks) {
      for (int i = block.from(); i < block.to(); i++) {
        if (value(block.recording(), i, channel) != first) {
          return false;
        }
      }
    }
    return true;
  }

  private float[] sorted(int channel) {
    int every = Math.toIntExact(samples() / MOST_VALUES + 1);
    float[] values = new float[Math.toIntExact((samples() + every - 1) / every)];
    long seen = 0;
    int taken = 0;
    for (Block block : blocks) {
      for (int i = block.from(); i < block.to(); i++) {
        if (seen++ % every == 0) {
          values[taken++] = value(block.recording(), i, channel);
        }
      }
    }
    Arrays.sort(values);
    return values;
  }

  private static Histogram histogram(float[] sorted) {
    List<Float> edges = new ArrayList<>();
    for (int bin = 1; bin < BINS; bin++) {
      float edge = sorted[(int) ((long) bin * sorted.length / BINS)];
      if (edges.isEmpty() || edge > edges.get(edges.size() - 1)) {
        edges.add(edge);
      }
    }
    float largest = sorted[sorted.length - 1];
    if (edges.get(edges.size() - 1) == largest && largest < Float.MAX_VALUE) {
      edges.add(Math.nextUp(largest));
    }
    int[] counts = new int[edges.size() + 1];
    int bin = 0;
    for (float value : sorted) {
      while (bin < edges.size() && value >= edges.get(bin)) {
        bin++;
      }
      counts[bin]++;
    }
    List<Float> shares =
        Arrays.stream(counts).mapToObj(count -> (float) count / sorted.length).toList();
    return new Histogram(edges, shares);
  }

  private static float value(Recording recording, int sample, int channel) {
    return recording.values()[sample * recording.channels() + channel];
  }
}
