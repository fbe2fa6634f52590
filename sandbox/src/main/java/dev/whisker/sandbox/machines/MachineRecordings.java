package dev.whisker.sandbox.machines;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Labelled recordings of a fleet of machines.
 *
 * <p>Every machine is recorded once in each state, in an order of its own, with a pause after every
 * change of state. Recordings of a machine follow each other, and are made while iterating, so only
 * one is in memory at a time. Each iteration gives the same recordings. Thread-safe; an iterator is
 * not.
 */
public final class MachineRecordings implements Iterable<MachineRecording> {

  /** Header of the CSV form. */
  public static final String CSV_HEADER = "device,time_us,x,y,z,label";

  // 2026-01-01T00:00:00Z
  private static final long START_MICROS = 1_767_225_600_000_000L;

  // Nobody labels the moments around a change of state.
  private static final int PAUSE_SAMPLES = Machine.SAMPLES_PER_SECOND / 2;

  private static final int DECIMALS = 5;
  private static final int DECIMAL_SCALE = 100_000;

  private final long seed;
  private final int firstNumber;
  private final int machines;
  private final int samplesPerState;

  /**
   * Creates the recordings of the machines with the numbers {@code firstNumber} to {@code
   * firstNumber + machines - 1}.
   *
   * @param seed seed of the whole fleet
   * @param firstNumber number of the first machine, from 1
   * @param machines number of machines
   * @param samplesPerState length of every recording
   */
  public MachineRecordings(long seed, int firstNumber, int machines, int samplesPerState) {
    if (firstNumber < 1) {
      throw new IllegalArgumentException(
          "First machine number must be at least 1 but is " + firstNumber);
    }
    if (machines < 1) {
      throw new IllegalArgumentException("Machines must be at least 1 but are " + machines);
    }
    if (samplesPerState < 1) {
      throw new IllegalArgumentException(
          "Samples per state must be at least 1 but are " + samplesPerState);
    }
    this.seed = seed;
    this.firstNumber = firstNumber;
    this.machines = machines;
    this.samplesPerState = samplesPerState;
  }

  /** Returns an iterator over all recordings, machine by machine, in the order of time. */
  @Override
  public Iterator<MachineRecording> iterator() {
    return new Recorder();
  }

  /**
   * Writes all recordings as long CSV in UTF-8: a header, then one line per sample, values in g
   * with 5 decimals.
   */
  public void writeCsv(Path file) throws IOException {
    try (BufferedWriter writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      writeCsv(writer);
    }
  }

  /** Writes all recordings as long CSV; the writer should be buffered and is left open. */
  public void writeCsv(Writer writer) throws IOException {
    writer.write(CSV_HEADER);
    writer.write('\n');
    StringBuilder line = new StringBuilder(80);
    for (MachineRecording recording : this) {
      float[] values = recording.values();
      for (int sample = 0; sample < recording.samples(); sample++) {
        line.setLength(0);
        line.append(recording.device()).append(',').append(recording.timeMicros(sample));
        for (int channel = 0; channel < Machine.CHANNELS; channel++) {
          line.append(',');
          appendDecimal(line, values[sample * Machine.CHANNELS + channel]);
        }
        line.append(',').append(recording.state().label()).append('\n');
        writer.append(line);
      }
    }
  }

  /** Appends a value with 5 decimals, many times faster than a formatter. */
  private static void appendDecimal(StringBuilder line, float value) {
    long scaled = Math.round((double) value * DECIMAL_SCALE);
    if (scaled < 0) {
      line.append('-');
      scaled = -scaled;
    }
    line.append(scaled / DECIMAL_SCALE).append('.');
    String digits = Long.toString(scaled % DECIMAL_SCALE);
    line.append("0".repeat(DECIMALS - digits.length())).append(digits);
  }

  private final class Recorder implements Iterator<MachineRecording> {

    private final MachineState[] order = MachineState.values();
    private int machineIndex = -1;
    private int stateIndex = order.length - 1;
    private Machine machine;
    private long micros;

    @Override
    public boolean hasNext() {
      return machineIndex < machines - 1 || stateIndex < order.length - 1;
    }

    @Override
    public MachineRecording next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      stateIndex++;
      if (stateIndex == order.length) {
        startMachine();
      }
      machine.state(order[stateIndex]);
      skip();
      float[] values = new float[samplesPerState * Machine.CHANNELS];
      machine.next(values, 0, samplesPerState);
      MachineRecording recording =
          new MachineRecording(machine.name(), order[stateIndex], micros, values);
      micros += (long) samplesPerState * Machine.SAMPLE_MICROS;
      return recording;
    }

    private void startMachine() {
      machineIndex++;
      int number = firstNumber + machineIndex;
      machine = new Machine(seed, number);
      micros = START_MICROS;
      stateIndex = 0;
      // Seeded apart from the machine, so that the order says nothing about its constants.
      RandomNumbers random = new RandomNumbers(~seed * 1_000_003L + number);
      System.arraycopy(MachineState.values(), 0, order, 0, order.length);
      for (int last = order.length - 1; last > 0; last--) {
        int other = random.integer(0, last);
        MachineState swapped = order[last];
        order[last] = order[other];
        order[other] = swapped;
      }
    }

    private void skip() {
      machine.next(new float[PAUSE_SAMPLES * Machine.CHANNELS], 0, PAUSE_SAMPLES);
      micros += (long) PAUSE_SAMPLES * Machine.SAMPLE_MICROS;
    }
  }
}
