package dev.whisker.classifier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whisker.classifier.window.RecordingWindows;
import dev.whisker.classifier.window.Window;
import dev.whisker.classifier.window.WindowSpec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class CarriedStateTest {
  /** Periods of a third of a millisecond, so that rounded times must fit together too. */
  private static final WindowSpec SPEC = WindowSpec.of(1_000 / 3.0, 4, 4);

  private final CarriedState state = new CarriedState(2);

  /** Two windows, a gap, and two more. */
  private static final List<Window> WINDOWS = windows();

  private static List<Window> windows() {
    RecordingWindows recording = new RecordingWindows(SPEC, 1);
    for (long sample : new long[] {0, 20}) {
      for (int i = 0; i < 9; i++) {
        long timeMicros = 1_000_000 + Math.round((sample + i) * SPEC.periodMicros());
        recording.accept(timeMicros, new float[] {i}, 0, null);
      }
    }
    List<Window> windows = recording.finish();
    assertThat(windows).hasSize(4);
    return windows;
  }

  private float[] before(Window window) {
    float[] values = {9, 9, 9, 9};
    state.copyTo(window, values, 1);
    assertThat(values[0]).isEqualTo(9);
    assertThat(values[3]).isEqualTo(9);
    return new float[] {values[1], values[2]};
  }

  private void after(Window window, float first, float second) {
    state.take(window, new float[] {9, first, second}, 1);
  }

  @Test
  void aWindowGoesOnFromTheOneBeforeIt() {
    assertThat(before(WINDOWS.get(0))).containsExactly(0, 0);
    after(WINDOWS.get(0), 1, 2);
    assertThat(before(WINDOWS.get(1))).containsExactly(1, 2);
    after(WINDOWS.get(1), 3, 4);
    assertThat(before(WINDOWS.get(2))).as("after a gap").containsExactly(0, 0);
    after(WINDOWS.get(2), 5, 6);
    assertThat(before(WINDOWS.get(3))).containsExactly(5, 6);
  }

  @Test
  void aWindowThatIsMissingOrRepeatedStartsOver() {
    after(WINDOWS.get(0), 1, 2);
    assertThat(before(WINDOWS.get(0))).containsExactly(0, 0);
    state.clear();
    assertThat(before(WINDOWS.get(1))).containsExactly(0, 0);
    after(WINDOWS.get(2), 1, 2);
    assertThat(before(WINDOWS.get(1))).containsExactly(0, 0);
  }

  @Test
  void whatIsNotFiniteIsForgotten() {
    after(WINDOWS.get(0), 1, Float.NaN);
    assertThat(before(WINDOWS.get(1))).containsExactly(0, 0);
    after(WINDOWS.get(0), Float.NEGATIVE_INFINITY, 1);
    assertThat(before(WINDOWS.get(1))).containsExactly(0, 0);
  }

  @Test
  void whatWasWrittenGoesOn() throws IOException {
    after(WINDOWS.get(0), 1, 2);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    state.write(new DataOutputStream(bytes));
    state.clear();
    state.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    assertThat(before(WINDOWS.get(1))).containsExactly(1, 2);
    assertThatThrownBy(
            () ->
                new CarriedState(3)
                    .read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("A state of 2 values; expected 3");
  }
}
