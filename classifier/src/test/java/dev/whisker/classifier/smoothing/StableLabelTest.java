package dev.whisker.classifier.smoothing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StableLabelTest {
  /** Takes a window's label, as votes do: its probabilities do not matter. */
  private static boolean next(StableLabel stable, int label) {
    return stable.next(label, new float[0], 0, false);
  }

  /** Windows as letters, a dot being one that does not count. */
  private static String stableAfterEach(Smoothing smoothing, String windows) {
    StableLabel stable = new StableLabel(smoothing);
    StringBuilder text = new StringBuilder();
    for (char window : windows.toCharArray()) {
      int before = stable.stable();
      boolean changed = next(stable, window == '.' ? StableLabel.NONE : window - 'a');
      assertThat(changed).isEqualTo(stable.stable() != before);
      text.append(stable.stable() == StableLabel.NONE ? '.' : (char) ('a' + stable.stable()));
    }
    return text.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, abab, abab",
    "1, 1, a..b, aaab",
    "2, 3, a, .",
    "2, 3, aa, .a",
    "2, 3, aba, ..a",
    "2, 3, abcab, .....",
    "2, 3, aabab, .aaab",
    "2, 3, aabb, .aab",
    "2, 3, aabacb, .aaaaa",
    "2, 3, a.a, ..a",
    "2, 3, a..a, ....",
    "2, 3, aa......b, .aaaaaaaa",
    "2, 3, aa.b.b, .aaaab",
    "3, 3, aabaaabbb, .....aaab",
    "3, 5, ababab, ....ab",
    "3, 5, ...aaa, .....a",
  })
  void aLabelIsStableOnceEnoughOfTheLastWindowsHadIt(int k, int n, String windows, String stable) {
    assertThat(stableAfterEach(new Smoothing(k, n), windows)).isEqualTo(stable);
  }

  @Test
  void clearingForgetsEverything() {
    StableLabel stable = new StableLabel(Smoothing.DEFAULT);
    next(stable, 0);
    next(stable, 0);
    assertThat(stable.stable()).isZero();
    stable.clear();
    assertThat(stable.stable()).isEqualTo(StableLabel.NONE);
    assertThat(next(stable, 0)).isFalse();
  }

  private static void copy(StableLabel from, StableLabel to) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    from.write(new DataOutputStream(bytes));
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    to.read(in);
    assertThat(in.available()).isZero();
  }

  @Property(tries = 300)
  void takingTheStateOutAndPuttingItBackChangesNothing(
      @ForAll @IntRange(min = 1, max = 64) int n,
      @ForAll @Size(max = 80) List<@IntRange(min = -1, max = 2) Integer> before,
      @ForAll @Size(max = 80) List<@IntRange(min = -1, max = 2) Integer> after)
      throws IOException {
    Smoothing smoothing = new Smoothing(n / 2 + 1, n);
    StableLabel whole = new StableLabel(smoothing);
    before.forEach(label -> next(whole, label));
    StableLabel restored = new StableLabel(smoothing);
    next(restored, 1);
    copy(whole, restored);
    assertThat(restored.stable()).isEqualTo(whole.stable());
    for (int label : after) {
      assertThat(next(restored, label)).isEqualTo(next(whole, label));
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 3, 3, 5", "3, 5, 2, 3", "1, 1, 2, 3", "5, 9, 1, 1"})
  void theStateIsReadUnderAnotherSmoothing(int k, int n, int otherK, int otherN)
      throws IOException {
    StableLabel old = new StableLabel(new Smoothing(k, n));
    for (int i = 0; i < n; i++) {
      next(old, 1);
    }
    StableLabel changed = new StableLabel(new Smoothing(otherK, otherN));
    copy(old, changed);
    assertThat(changed.stable()).isEqualTo(1);
    int windows = 0;
    while (!next(changed, 0)) {
      windows++;
    }
    assertThat(windows).isEqualTo(otherK - 1);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 1", "2, 1", "1, 2", "2, 4", "33, 65", "-1, 3"})
  void aSmoothingThatIsNoMajorityIsRefused(int k, int n) {
    assertThatThrownBy(() -> new Smoothing(k, n))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(k + " of " + n);
  }
}
