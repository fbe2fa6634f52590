package dev.whisker.classifier.window;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** Made-up samples of one device with one channel. */
final class Stream {
  /** One sample. */
  record Sample(long timeMicros, float value, String label) {}

  private Stream() {}

  /** Jittered samples in the order of their times, all different, with gaps and changing labels. */
  static List<Sample> jittered(Random random, int count, long periodMicros) {
    List<Sample> samples = new ArrayList<>();
    long timeMicros = 1_769_860_800_000_000L + random.nextInt(1_000);
    String label = null;
    for (int i = 0; i < count; i++) {
      samples.add(new Sample(timeMicros, (float) random.nextGaussian(), label));
      long step = periodMicros;
      if (random.nextInt(4) == 0) {
        step += random.nextLong(2 * periodMicros / 3) - periodMicros / 3;
      }
      if (random.nextInt(12) == 0) {
        step += periodMicros * random.nextInt(9);
      }
      timeMicros += Math.max(1, step);
      if (random.nextInt(15) == 0) {
        label = random.nextInt(3) == 0 ? null : "label" + random.nextInt(2);
      }
    }
    return samples;
  }

  /** The same samples, each delayed by up to the given time. */
  static List<Sample> disordered(List<Sample> samples, Random random, long mostMicros) {
    record Delayed(Sample sample, long arrivalMicros) {}
    return samples.stream()
        .map(one -> new Delayed(one, one.timeMicros + random.nextLong(mostMicros + 1)))
        .sorted(Comparator.comparingLong(Delayed::arrivalMicros))
        .map(Delayed::sample)
        .toList();
  }
}
