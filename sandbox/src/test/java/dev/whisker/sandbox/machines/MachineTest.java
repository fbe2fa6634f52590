package dev.whisker.sandbox.machines;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MachineTest {
  private static final long SEED = 1;
  private static final int SECONDS = 2;
  private static final int SAMPLES = SECONDS * Machine.SAMPLES_PER_SECOND;

  @Property(tries = 20)
  void theSameSeedGivesTheSameSamplesHoweverTheyAreDivided(
      @ForAll @IntRange(min = 1, max = 200) int number,
      @ForAll @IntRange(min = 1, max = 999) int first) {
    float[] whole = new float[1_000 * Machine.CHANNELS];
    float[] divided = new float[whole.length];
    new Machine(SEED, number).next(whole, 0, 1_000);
    Machine machine = new Machine(SEED, number);
    machine.next(divided, 0, first);
    machine.next(divided, first * Machine.CHANNELS, 1_000 - first);

    assertThat(divided).isEqualTo(whole);
  }

  @Test
  void otherNumbersAndSeedsAreOtherMachines() {
    float[] samples = record(new Machine(1, 1));

    assertThat(record(new Machine(1, 2))).isNotEqualTo(samples);
    assertThat(record(new Machine(2, 1))).isNotEqualTo(samples);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 50, 101, 102})
  void anImbalanceRaisesTheFirstShaftHarmonic(int number) {
    double[] healthy = spectrum(channelX(record(machine(number, MachineState.HEALTHY))), 60);
    double[] imbalance = spectrum(channelX(record(machine(number, MachineState.IMBALANCE))), 60);

    int shaft = peak(imbalance, 15, 50);
    assertThat(imbalance[shaft]).isGreaterThan(2 * healthy[peak(healthy, 15, 50)]);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 50, 101, 102})
  void aBearingFaultStrikesAtTheBallPassFrequency(int number) {
    double[] imbalance = spectrum(channelX(record(machine(number, MachineState.IMBALANCE))), 60);
    double shaftHz = (double) peak(imbalance, 15, 50) / SECONDS;

    double[] healthy = spectrum(envelope(record(machine(number, MachineState.HEALTHY))), 260);
    double[] fault = spectrum(envelope(record(machine(number, MachineState.BEARING_FAULT))), 260);

    // 7 to 12 balls: 2.5 to 5.3 of them pass a point of the outer race in a turn of the shaft.
    int strikes = peak(fault, 2.5 * shaftHz, 5.3 * shaftHz);
    assertThat(fault[strikes]).isGreaterThan(3 * median(fault));
    assertThat(fault[strikes])
        .isGreaterThan(2 * healthy[peak(healthy, 2.5 * shaftHz, 5.3 * shaftHz)]);
  }

  @Test
  void aChangeOfStateIsNoJump() {
    for (int number = 1; number <= 20; number++) {
      Machine machine = machine(number, MachineState.HEALTHY);
      float[] before = record(machine);
      machine.state(MachineState.IMBALANCE);
      float[] after = record(machine);

      float largestStep = 0;
      for (int i = Machine.CHANNELS; i < before.length; i += Machine.CHANNELS) {
        largestStep = Math.max(largestStep, Math.abs(before[i] - before[i - Machine.CHANNELS]));
      }
      assertThat(Math.abs(after[0] - before[before.length - Machine.CHANNELS]))
          .isLessThanOrEqualTo(largestStep);
    }
  }

  private static Machine machine(int number, MachineState state) {
    Machine machine = new Machine(SEED, number);
    machine.state(state);
    // The imbalance takes a moment to move.
    machine.next(new float[1_000 * Machine.CHANNELS], 0, 1_000);
    return machine;
  }

  private static float[] record(Machine machine) {
    float[] values = new float[SAMPLES * Machine.CHANNELS];
    machine.next(values, 0, SAMPLES);
    return values;
  }

  private static double[] channelX(float[] samples) {
    double[] x = new double[SAMPLES];
    Arrays.setAll(x, i -> samples[i * Machine.CHANNELS]);
    return x;
  }

  /** The size of what is fast in all channels: second differences, rectified. */
  private static double[] envelope(float[] samples) {
    double[] envelope = new double[SAMPLES];
    for (int i = 2; i < SAMPLES; i++) {
      for (int c = 0; c < Machine.CHANNELS; c++) {
        envelope[i] +=
            Math.abs(
                samples[i * Machine.CHANNELS + c]
                    - 2 * samples[(i - 1) * Machine.CHANNELS + c]
                    + samples[(i - 2) * Machine.CHANNELS + c]);
      }
    }
    return envelope;
  }

  /** Amplitudes at 0, 1 / SECONDS, 2 / SECONDS … Hz, by a Fourier sum with a Hann window. */
  private static double[] spectrum(double[] signal, int highestHz) {
    double mean = Arrays.stream(signal).average().orElseThrow();
    double[] amplitudes = new double[highestHz * SECONDS + 1];
    for (int k = 0; k < amplitudes.length; k++) {
      double turn = 2 * Math.PI * k / signal.length;
      double re = 0;
      double im = 0;
      for (int i = 0; i < signal.length; i++) {
        double hann = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / signal.length);
        re += hann * (signal[i] - mean) * Math.cos(turn * i);
        im += hann * (signal[i] - mean) * Math.sin(turn * i);
      }
      amplitudes[k] = 4 * Math.hypot(re, im) / signal.length;
    }
    return amplitudes;
  }

  private static int peak(double[] amplitudes, double fromHz, double toHz) {
    int best = (int) Math.ceil(fromHz * SECONDS);
    for (int k = best; k <= toHz * SECONDS && k < amplitudes.length; k++) {
      best = amplitudes[k] > amplitudes[best] ? k : best;
    }
    return best;
  }

  private static double median(double[] amplitudes) {
    double[] sorted = amplitudes.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
