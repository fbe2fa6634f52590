package dev.whisker.trainer.split;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.classifier.window.RecordingWindows;
import dev.whisker.classifier.window.Window;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.trainer.recording.Recording;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** Windows of a block are those of a resampler, whether they are views or copies. */
class BlockPropertiesTest {
  private static final int CHANNELS = 2;

  @Property(tries = 300)
  void windowsAreThoseOfAResampler(
      @ForAll @DoubleRange(min = 1, max = 50) double period,
      @ForAll @IntRange(max = 3) int jitter,
      @ForAll @IntRange(max = 60) int from,
      @ForAll @IntRange(min = 60, max = 120) int to,
      @ForAll @IntRange(min = 1, max = 12) int length,
      @ForAll @IntRange(max = 20) int grace,
      @ForAll long seed) {
    Random random = new Random(seed);
    Recording recording = recording(period, jitter, random);
    WindowSpec spec =
        new WindowSpec(
            period, length, 1 + random.nextInt(length), 1 + random.nextInt(3), grace, 0.8);
    RecordingWindows expected = new RecordingWindows(spec, CHANNELS);
    for (int i = from; i < to; i++) {
      expected.accept(
          recording.timeMicros(i), recording.values(), i * CHANNELS, recording.label(i));
    }
    DeviceWindows actual = new Block(recording, from, to).windows(spec);
    List<Window> windows = expected.finish();
    assertThat(actual.gaps()).isEqualTo(expected.gaps());
    assertThat(actual.duplicates()).isEqualTo(expected.duplicates());
    assertThat(actual.late()).isEqualTo(expected.late());
    assertThat(actual.windows()).hasSameSizeAs(windows);
    for (int w = 0; w < windows.size(); w++) {
      Window one = actual.windows().get(w);
      Window other = windows.get(w);
      assertThat(values(one)).isEqualTo(values(other));
      assertThat(one.truth()).isEqualTo(other.truth());
      assertThat(one.filled()).isEqualTo(other.filled());
      assertThat(one.startMicros()).isEqualTo(other.startMicros());
      assertThat(one.endMicros()).isEqualTo(other.endMicros());
      assertThat(one.buffer().value(one.start(), 1))
          .isEqualTo(other.buffer().value(other.start(), 1));
    }
  }

  private static float[] values(Window window) {
    float[] values = new float[window.buffer().spec().length() * CHANNELS];
    window.copyTo(values, 0);
    return values;
  }

  private static Recording recording(double period, int jitter, Random random) {
    int samples = 120;
    long[] times = new long[samples];
    float[] values = new float[samples * CHANNELS];
    String[] labels = new String[samples];
    long time = random.nextInt(1_000_000);
    for (int i = 0; i < samples; i++) {
      long regular = time + Math.round(i * period);
      long off = (long) random.nextInt(2 * jitter + 1) - jitter;
      times[i] = i == 0 ? regular : Math.max(times[i - 1], regular + off);
      values[i * CHANNELS] = i;
      values[i * CHANNELS + 1] = -i;
      labels[i] = new String[] {"a", "b", null}[i / 20 % 3];
    }
    return new Recording("d", CHANNELS, times, values, labels);
  }
}
