package dev.whisker.trainer.recording;

/** Takes the samples of recordings, in any order. Not thread-safe. */
public interface SampleSink {
  /**
   * Takes one sample.
   *
   * @param device the device id
   * @param timeMicros when it was taken, microseconds since 1970-01-01T00:00Z
   * @param row a value a channel; copied
   * @param label what was true then; null: nothing is known
   */
  void sample(String device, long timeMicros, float[] row, String label);
}
