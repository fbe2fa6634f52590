package dev.whisker.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StateChangesTest {
  private static int[] indexes(String letters) {
    return letters.chars().map(c -> c == '.' ? StateChanges.NONE : c - 'a').toArray();
  }

  /** Truth and state a letter a window, a dot where there is none. */
  @ParameterizedTest
  @CsvSource({
    // truth, state, false changes, missed changes
    "aaaa.bbbbb, aacaaabbba, 3, 0",
    "aaaa, aaaa, 0, 0",
    "aaaa, .aaa, 0, 0",
    "aaaa, abaa, 2, 0",
    "aaaa, baaa, 1, 0",
    "aaaa, bbbb, 1, 1",
    "aaabbb, aaaabb, 0, 0",
    "aaabbb, aabbbb, 1, 1",
    "aa..bb, aabbbb, 0, 0",
    "aa..bb, aaaaab, 0, 0",
    "aabbaa, aaaaaa, 0, 2",
    "aabbaa, aaabba, 0, 0",
    "aabbcc, aaaaac, 0, 1",
    "....., ababb, 4, 0",
  })
  void changesThatAreNoneOfTheTruthsAreFalse(
      String truth, String state, int falseChanges, int missed) {
    StateChanges changes = new StateChanges();
    changes.add(indexes(truth), indexes(state));
    assertThat(changes.falseChanges()).isEqualTo(falseChanges);
    assertThat(changes.missedChanges()).isEqualTo(missed);
  }

  @Test
  void theDelayIsTheMeanOfTheFollowedChanges() {
    StateChanges changes = new StateChanges();
    assertThat(changes.delayWindows()).isNull();
    changes.add(indexes("aaaabbbbcccc"), indexes("aaaaaabbbbbb"));
    assertThat(changes.delayWindows()).isEqualTo((0 + 2) / 2.0);
    assertThat(changes.missedChanges()).isEqualTo(1);
    changes.add(indexes("aaa"), indexes("..a"));
    assertThat(changes.delayWindows()).isEqualTo((0 + 2 + 2) / 3.0);
    assertThat(changes.changes()).isEqualTo(4);
    assertThat(changes.windows()).isEqualTo(15);
    assertThat(changes.accuracy()).isEqualTo((4 + 2 + 1) / 15.0);
  }
}
