package dev.whisker.sandbox.demo;

import dev.whisker.classifier.bundle.Split;
import dev.whisker.sandbox.machines.Machine;
import dev.whisker.sandbox.machines.MachineRecording;
import dev.whisker.sandbox.machines.MachineRecordings;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.recording.Recordings;
import dev.whisker.trainer.training.TrainingSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a demo records and how it trains.
 *
 * @param trainingMachines machines to train and to validate on
 * @param trainingSeconds how long each of them is recorded in each state
 * @param heldOutMachines other machines, to test on
 * @param heldOutSeconds how long each of those is recorded in each state
 * @param mostLstmTime when the LSTM's training stops at the latest
 * @param mostDenseTime when that of the dense network stops at the latest
 */
record DemoRecipe(
    int trainingMachines,
    double trainingSeconds,
    int heldOutMachines,
    double heldOutSeconds,
    Duration mostLstmTime,
    Duration mostDenseTime) {
  /** What {@code whisker demo} does. */
  static final DemoRecipe USUAL =
      new DemoRecipe(60, 2, 30, 1.5, Duration.ofSeconds(80), Duration.ofSeconds(10));

  /** The number of the first machine that publishes live: no recording has it. */
  static final int FIRST_LIVE_MACHINE = 201;

  private static final int FIRST_TRAINING_MACHINE = 1;
  private static final int FIRST_HELD_OUT_MACHINE = 101;

  /** Samples in a window: half a second. */
  static final int WINDOW = 3_125;

  /** From one window's start to the next one's: a fifth of a second. */
  private static final int HOP = 1_250;

  private static final double DENSE_LEARNING_RATE = 1e-3;
  private static final List<String> CHANNELS = List.of("x", "y", "z");

  /** Checks that machines to train on and machines to test on are different ones. */
  DemoRecipe {
    if (trainingMachines >= FIRST_HELD_OUT_MACHINE
        || heldOutMachines > FIRST_LIVE_MACHINE - FIRST_HELD_OUT_MACHINE) {
      throw new IllegalArgumentException(
          trainingMachines + " and " + heldOutMachines + " machines; expected at most 100 each");
    }
  }

  Recordings training(long seed) {
    return record(seed, FIRST_TRAINING_MACHINE, trainingMachines, trainingSeconds);
  }

  Recordings heldOut(long seed) {
    return record(seed, FIRST_HELD_OUT_MACHINE, heldOutMachines, heldOutSeconds);
  }

  TrainingSettings lstm(long seed) {
    return settings(seed).network("lstm").timeLimit(mostLstmTime).build();
  }

  /** A dense network on windows as they are: what such data are often tried with first. */
  TrainingSettings dense(long seed) {
    return settings(seed)
        .network("dense")
        .learningRate(DENSE_LEARNING_RATE)
        .shift(false)
        .roll(false)
        .timeLimit(mostDenseTime)
        .build();
  }

  private static TrainingSettings.Builder settings(long seed) {
    return TrainingSettings.builder()
        .name("demo")
        .periodMicros((double) Machine.SAMPLE_MICROS)
        .window(WINDOW)
        .hop(HOP)
        .split(Split.Kind.DEVICE)
        .seed(seed);
  }

  private static Recordings record(long seed, int first, int machines, double secondsPerState) {
    int samples = (int) Math.round(secondsPerState * Machine.SAMPLES_PER_SECOND);
    List<Recording> recordings = new ArrayList<>();
    for (int number = first; number < first + machines; number++) {
      recordings.add(join(new MachineRecordings(seed, number, 1, samples)));
    }
    return Recordings.of(CHANNELS, recordings);
  }

  /** One machine's recordings, a state each, as one with pauses. */
  private static Recording join(MachineRecordings machine) {
    List<MachineRecording> parts = new ArrayList<>();
    machine.forEach(parts::add);
    int samples = parts.stream().mapToInt(MachineRecording::samples).sum();
    long[] times = new long[samples];
    float[] values = new float[samples * Machine.CHANNELS];
    String[] labels = new String[samples];
    int next = 0;
    for (MachineRecording part : parts) {
      System.arraycopy(part.values(), 0, values, next * Machine.CHANNELS, part.values().length);
      for (int i = 0; i < part.samples(); i++) {
        times[next] = part.timeMicros(i);
        labels[next] = part.state().label();
        next++;
      }
    }
    return new Recording(parts.get(0).device(), Machine.CHANNELS, times, values, labels);
  }
}
