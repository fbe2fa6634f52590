package dev.whisker.sandbox.system;

import static dev.whisker.schemas.StateChange.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.StateChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** That the ledger of the system tests sees what it is there to see. */
class AccountTest {
  private static final List<Prediction> OFFLINE =
      List.of(
          prediction("b", 1, UNKNOWN),
          prediction("a", 1, "idle"),
          prediction("a", 3, "busy"),
          prediction("a", 2, "idle"),
          prediction("b", 2, "busy"),
          prediction("a", 4, "busy"));
  private static final List<StateChange> CHANGES =
      List.of(
          change("a", UNKNOWN, "idle", 1, 0.5f),
          change("b", UNKNOWN, "busy", 2, 0.5f),
          change("a", "idle", "busy", 3, 0.5f));

  private static Prediction prediction(String device, long end, String stable) {
    return new Prediction(
        device,
        end - 1,
        end,
        "busy",
        0.5f,
        Map.of("busy", 0.5f, "idle", 0.5f),
        Prediction.Status.OK,
        stable,
        0,
        "m",
        "1",
        null);
  }

  private static StateChange change(
      String device, String from, String to, long time, float confidence) {
    return new StateChange(device, from, to, time, confidence, "m", "1");
  }

  private static Account changes(int place, StateChange instead) {
    List<StateChange> published = new ArrayList<>(CHANGES);
    published.set(place, instead);
    return Account.ofChanges(OFFLINE, published);
  }

  private static <T> List<T> and(List<T> all, T more) {
    List<T> longer = new ArrayList<>(all);
    longer.add(more);
    return longer;
  }

  @Test
  void theSameWindowsAreExact() {
    assertThat(Account.ofWindows(OFFLINE, OFFLINE)).isEqualTo(new Account("windows", 6, 0, 0, 0));
    assertThat(Account.ofWindows(OFFLINE, OFFLINE).isExact()).isTrue();
  }

  @Test
  void windowsThatAreMissingRepeatedOrOthersAreSeen() {
    assertThat(Account.ofWindows(OFFLINE, OFFLINE.subList(1, 6)))
        .isEqualTo(new Account("windows", 6, 1, 0, 0));
    assertThat(Account.ofWindows(OFFLINE, and(OFFLINE, OFFLINE.get(0))))
        .isEqualTo(new Account("windows", 6, 0, 1, 0))
        .matches(Account::isComplete)
        .matches(account -> !account.isExact());
    assertThat(Account.ofWindows(OFFLINE, and(OFFLINE, prediction("b", 1, "busy"))))
        .isEqualTo(new Account("windows", 6, 0, 1, 1));
    assertThat(Account.ofWindows(OFFLINE, and(OFFLINE, prediction("b", 7, "busy"))))
        .isEqualTo(new Account("windows", 6, 0, 0, 1));
  }

  @Test
  void theChangesAreThoseOfTheStableLabels() {
    assertThat(Account.ofChanges(OFFLINE, CHANGES)).isEqualTo(new Account("changes", 3, 0, 0, 0));
    assertThat(Account.ofChanges(OFFLINE, CHANGES).isExact()).isTrue();
  }

  @Test
  void aChangeThatIsMissingOrRepeatedIsSeen() {
    assertThat(Account.ofChanges(OFFLINE, CHANGES.subList(0, 2)))
        .isEqualTo(new Account("changes", 3, 1, 0, 0));
    assertThat(Account.ofChanges(OFFLINE, and(CHANGES, CHANGES.get(2))))
        .isEqualTo(new Account("changes", 3, 0, 1, 0));
    assertThat(Account.ofChanges(OFFLINE, and(CHANGES, change("a", "busy", "idle", 4, 0.5f))))
        .isEqualTo(new Account("changes", 3, 0, 0, 1));
  }

  @Test
  void aChangeThatSaysSomethingElseIsSeen() {
    Account different = new Account("changes", 3, 0, 0, 1);
    assertThat(changes(2, change("a", UNKNOWN, "busy", 3, 0.5f))).isEqualTo(different);
    assertThat(changes(2, change("a", "idle", "odd", 3, 0.5f))).isEqualTo(different);
    assertThat(changes(2, change("a", "idle", "busy", 3, 0.6f))).isEqualTo(different);
    assertThat(changes(2, change("a", "idle", "busy", 4, 0.5f)))
        .isEqualTo(new Account("changes", 3, 1, 0, 1));
  }

  @Test
  void aRepeatIsTheSameToTheBit() {
    StateChange nearly = change("a", "idle", "busy", 3, Math.nextUp(0.5f));
    assertThat(Account.ofChanges(OFFLINE, and(CHANGES, nearly)))
        .isEqualTo(new Account("changes", 3, 0, 1, 1));
  }
}
