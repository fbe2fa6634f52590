package dev.whisker.classifier.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordingWindowsTest {
  private static final long T0 = 1_769_860_800_000_000L;
  private static final long MILLI = 1_000;

  /** A window, compared by value. */
  private record Cut(
      long startMicros, long endMicros, List<Float> values, float filled, String truth) {
    static Cut of(Window window) {
      WindowSpec spec = window.buffer().spec();
      float[] values = new float[spec.length() * window.buffer().channels()];
      window.copyTo(values, 0);
      List<Float> list = new ArrayList<>();
      for (float value : values) {
        list.add(value);
      }
      return new Cut(
          window.startMicros(), window.endMicros(), list, window.filled(), window.truth());
    }
  }

  private static RecordingWindows cutter(WindowSpec spec, List<Stream.Sample> samples) {
    RecordingWindows windows = new RecordingWindows(spec, 1);
    for (Stream.Sample sample : samples) {
      windows.accept(sample.timeMicros(), new float[] {sample.value()}, 0, sample.label());
    }
    return windows;
  }

  private static List<Cut> cut(WindowSpec spec, List<Stream.Sample> samples) {
    return cutter(spec, samples).finish().stream().map(Cut::of).toList();
  }

  /** One sample a millisecond with the values 0, 1, 2, … */
  private static List<Stream.Sample> ramp(int count, String... labels) {
    List<Stream.Sample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String label = labels.length == 0 ? null : labels[i % labels.length];
      samples.add(new Stream.Sample(T0 + i * MILLI, i, label));
    }
    return samples;
  }

  /** The windows as design section 5 says them: by lists, slowly. Whole periods, no grace. */
  private static List<Cut> reference(WindowSpec spec, List<Stream.Sample> samples) {
    List<Cut> cuts = new ArrayList<>();
    List<Stream.Sample> piece = new ArrayList<>();
    for (Stream.Sample sample : samples) {
      Stream.Sample last = piece.isEmpty() ? null : piece.get(piece.size() - 1);
      if (last != null
          && sample.timeMicros() - last.timeMicros()
              > spec.maxGapPeriods() * spec.periodMicros() + 1) {
        cutPiece(spec, piece, cuts);
        piece.clear();
      }
      piece.add(sample);
    }
    cutPiece(spec, piece, cuts);
    return cuts;
  }

  private static void cutPiece(WindowSpec spec, List<Stream.Sample> piece, List<Cut> cuts) {
    long begin = piece.get(0).timeMicros();
    long end = piece.get(piece.size() - 1).timeMicros();
    long period = (long) spec.periodMicros();
    for (long start = begin;
        start + (spec.length() - 1) * period <= end + 1;
        start += spec.hop() * period) {
      List<Float> values = new ArrayList<>();
      List<String> labels = new ArrayList<>();
      int filled = 0;
      for (int i = 0; i < spec.length(); i++) {
        long time = start + i * period;
        int after = 0;
        while (piece.get(after).timeMicros() < time - 1) {
          after++;
        }
        Stream.Sample right = piece.get(after);
        labels.add(right.label());
        if (right.timeMicros() <= time + 1) {
          values.add(right.value());
        } else {
          Stream.Sample left = piece.get(after - 1);
          double share =
              (double) (time - left.timeMicros()) / (right.timeMicros() - left.timeMicros());
          values.add((float) (left.value() + share * ((double) right.value() - left.value())));
          filled++;
        }
      }
      String truth =
          Arrays.asList("label0", "label1").stream()
              .filter(
                  label ->
                      labels.stream().filter(label::equals).count()
                          >= spec.truthShare() * spec.length())
              .findFirst()
              .orElse(null);
      cuts.add(
          new Cut(
              start,
              start + (spec.length() - 1) * period,
              values,
              (float) filled / spec.length(),
              truth));
    }
  }

  @Property(tries = 300)
  void windowsAreWhatTheDefinitionSays(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 30) int length,
      @ForAll @IntRange(min = 1, max = 30) int hop) {
    WindowSpec spec = WindowSpec.of(MILLI, length, Math.min(hop, length));
    List<Stream.Sample> samples = Stream.jittered(new Random(seed), 150, MILLI);
    assertThat(cut(spec, samples)).isEqualTo(reference(spec, samples));
  }

  @Property(tries = 200)
  void disorderWithinTheGraceChangesNothing(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int gracePeriods) {
    Random random = new Random(seed);
    long grace = gracePeriods * MILLI;
    List<Stream.Sample> sorted = Stream.jittered(random, 150, MILLI);
    RecordingWindows expected = cutter(WindowSpec.of(MILLI, 6, 3), sorted);
    RecordingWindows actual =
        cutter(
            new WindowSpec(MILLI, 6, 3, 5, grace, 0.8), Stream.disordered(sorted, random, grace));
    assertThat(actual.finish().stream().map(Cut::of))
        .containsExactlyElementsOf(expected.finish().stream().map(Cut::of).toList());
    assertThat(actual.gaps()).isEqualTo(expected.gaps());
    assertThat(actual.samples()).isEqualTo(sorted.size());
    assertThat(actual.late()).isZero();
    assertThat(actual.duplicates()).isZero();
  }

  @Test
  void windowsSlideByTheHop() {
    List<Cut> windows = cut(WindowSpec.of(MILLI, 4, 2), ramp(9));
    assertThat(windows)
        .extracting(Cut::values)
        .containsExactly(List.of(0f, 1f, 2f, 3f), List.of(2f, 3f, 4f, 5f), List.of(4f, 5f, 6f, 7f));
  }

  @Test
  void aHopOfTheLengthTumbles() {
    assertThat(cut(WindowSpec.of(MILLI, 3, 3), ramp(8)))
        .extracting(Cut::values)
        .containsExactly(List.of(0f, 1f, 2f), List.of(3f, 4f, 5f));
  }

  @Test
  void aWindowsTimesAreThoseOfItsFirstAndLastPoint() {
    double period = 1e6 / 12_000;
    RecordingWindows windows = new RecordingWindows(WindowSpec.of(period, 4, 3), 1);
    for (int i = 0; i < 7; i++) {
      windows.accept(T0 + Math.round(i * period), new float[] {i}, 0, null);
    }
    List<Window> cut = windows.finish();
    assertThat(cut).extracting(Window::startMicros).containsExactly(T0, T0 + 250);
    assertThat(cut).extracting(Window::endMicros).containsExactly(T0 + 250, T0 + 500);
  }

  @Test
  void windowsCopyAllChannelsSampleBySample() {
    RecordingWindows windows = new RecordingWindows(WindowSpec.of(MILLI, 2, 1), 2);
    for (int i = 0; i < 3; i++) {
      windows.accept(T0 + i * MILLI, new float[] {i, 10 * i}, 0, null);
    }
    float[] copy = new float[6];
    windows.finish().get(1).copyTo(copy, 2);
    assertThat(copy).containsExactly(0, 0, 1, 10, 2, 20);
  }

  @Test
  void noWindowCrossesAGap() {
    List<Stream.Sample> samples = ramp(20);
    samples.subList(6, 12).clear();
    RecordingWindows windows = cutter(WindowSpec.of(MILLI, 4, 2), samples);
    assertThat(windows.finish())
        .extracting(Window::startMicros)
        .containsExactly(T0, T0 + 2_000, T0 + 12_000, T0 + 14_000, T0 + 16_000);
    assertThat(windows.gaps()).isEqualTo(1);
    assertThat(windows.samples()).isEqualTo(14);
  }

  @Test
  void droppedSamplesAreCounted() {
    List<Stream.Sample> samples = ramp(8);
    samples.add(3, samples.get(2));
    samples.add(6, samples.get(1));
    samples.add(7, samples.get(0));
    RecordingWindows windows = cutter(WindowSpec.of(MILLI, 4, 4), samples);
    assertThat(windows.finish().stream().map(Cut::of))
        .containsExactlyElementsOf(cut(WindowSpec.of(MILLI, 4, 4), ramp(8)));
    assertThat(windows.duplicates()).isEqualTo(1);
    assertThat(windows.late()).isEqualTo(2);
    assertThat(windows.samples()).isEqualTo(8);
  }

  @Test
  void aRecordingOfNoSamplesHasNoWindows() {
    RecordingWindows windows = new RecordingWindows(WindowSpec.of(MILLI, 4, 4), 1);
    assertThat(windows.finish()).isEmpty();
    assertThat(windows.gaps()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "aaaaaaaaaa, a",
        "aaaaaaaabb, a",
        "bbaaaaaaaa, a",
        "abaaaaaaba, a",
        "aaaaaaabbb, none",
        "aaaaaaaa.., a",
        ".aaaaaaaa., a",
        "aaaaaaa..., none",
        "aaaaaaa.bb, none",
        "........aa, none",
        ".........., none",
        "aaaaabbbbb, none",
      })
  void theTruthIsTheLabelOfFourInFiveSamples(String labels, String truth) {
    // A dot is a sample without a label.
    String[] each =
        labels
            .chars()
            .mapToObj(c -> c == '.' ? null : String.valueOf((char) c))
            .toArray(String[]::new);
    assertThat(cut(WindowSpec.of(MILLI, 10, 10), ramp(10, each)))
        .extracting(Cut::truth)
        .containsExactly(truth);
  }

  @ParameterizedTest
  @CsvSource({"0.55, 55", "0.56, 56", "0.57, 57", "0.7, 70", "0.8, 80", "0.9, 90", "1, 100"})
  void exactlyTheShareIsEnough(double share, int votes) {
    WindowSpec spec = new WindowSpec(MILLI, 100, 100, 5, 0, share);
    String[] labels = new String[100];
    Arrays.fill(labels, 0, votes, "a");
    assertThat(cut(spec, ramp(100, labels))).extracting(Cut::truth).containsExactly("a");
    labels[0] = "b";
    assertThat(cut(spec, ramp(100, labels)).get(0).truth()).isNull();
  }

  @Test
  void anotherWindowsLabelsDoNotCount() {
    String[] labels = {"a", "a", "a", "a", "a", "b", "b", "b", "b", "b"};
    assertThat(cut(WindowSpec.of(MILLI, 5, 5), ramp(10, labels)))
        .extracting(Cut::truth)
        .containsExactly("a", "b");
  }

  @Test
  void aBufferKnowsWhichWindowsItHolds() {
    GridBuffer buffer = new GridBuffer(WindowSpec.of(MILLI, 3, 1), 1);
    buffer.reset(T0, 10);
    for (int i = 0; i < 4; i++) {
      buffer.append(new float[] {i}, 0, i == 1, "l" + i);
    }
    assertThat(buffer.endingAt(12).startMicros()).isEqualTo(T0 + 10_000);
    assertThat(buffer.endingAt(13).filled()).isEqualTo(1f / 3);
    assertThatThrownBy(() -> buffer.endingAt(11)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> buffer.endingAt(14))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("10 to 13");
  }

  @Test
  void buffersAreJoinedWhereOneEndsAndTheOtherBegins() {
    WindowSpec spec = WindowSpec.of(MILLI, 3, 1);
    GridBuffer joined = new GridBuffer(spec, 1);
    joined.reset(T0, 0);
    GridBuffer part = new GridBuffer(spec, 1);
    for (int i = 0; i < 300; i += 3) {
      part.reset(T0, i);
      for (int j = i; j < i + 3; j++) {
        part.append(new float[] {j}, 0, j % 2 == 0, "l" + j);
      }
      part.trim();
      joined.append(part);
    }
    joined.trim();
    assertThat(joined.count()).isEqualTo(300);
    assertThat(joined.end()).isEqualTo(300);
    for (int i = 0; i < 300; i++) {
      assertThat(joined.value(i, 0)).isEqualTo(i);
      assertThat(joined.isFilled(i)).isEqualTo(i % 2 == 0);
      assertThat(joined.label(i)).isEqualTo("l" + i);
    }
    joined.append(new float[] {300}, 0, false, null);
    assertThat(joined.value(300, 0)).isEqualTo(300);
    assertThatThrownBy(() -> joined.append(part))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("297")
        .hasMessageContaining("300");
  }
}
