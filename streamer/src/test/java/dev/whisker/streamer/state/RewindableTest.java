package dev.whisker.streamer.state;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RewindableTest {
  private static final byte[] FIRST = {1, 10};
  private static final byte[] SECOND = {1, 20, 21};
  private static final byte[] THIRD = {1, 30};

  @Test
  void aDeviceThatWasUnknownAtTheCommitIsUnknownAgain() {
    Rewindable stored = Rewindable.read(Rewindable.read(null).followedBy(FIRST, 7, 7));
    assertThat(stored.state()).isEqualTo(FIRST);
    assertThat(stored.before(7).state()).isNull();
    assertThat(stored.before(8).state()).isEqualTo(FIRST);
  }

  @Test
  void aReadingThatIsReadAgainFindsTheStateOfTheCommit() {
    byte[] record = Rewindable.read(null).followedBy(FIRST, 3, 3);
    record = Rewindable.read(record).followedBy(SECOND, 7, 5);
    record = Rewindable.read(record).followedBy(THIRD, 8, 5);
    Rewindable stored = Rewindable.read(record);
    assertThat(stored.state()).isEqualTo(THIRD);
    assertThat(stored.before(7).state()).isEqualTo(FIRST);
    assertThat(stored.before(8).state()).isEqualTo(FIRST);
    assertThat(stored.before(9).state()).isEqualTo(THIRD);
    assertThat(Rewindable.read(stored.before(7).followedBy(SECOND, 7, 5)).before(8).state())
        .isEqualTo(SECOND);
  }

  @Test
  void theBaseIsTheLatestStateThatIsCommitted() {
    byte[] record = Rewindable.read(null).followedBy(FIRST, 3, 3);
    assertThat(Rewindable.read(record).base(3)).isNull();
    assertThat(Rewindable.read(record).base(4)).isEqualTo(FIRST);
  }

  @Test
  void aStateAloneIsGoneOnFrom() {
    assertThat(Rewindable.read(FIRST).before(0).state()).isEqualTo(FIRST);
    byte[] record = Rewindable.read(FIRST).followedBy(SECOND, 0, 0);
    assertThat(Rewindable.read(record).before(0).state()).isEqualTo(FIRST);
  }

  @Test
  void aTopicThatIsReadOnceMoreFromItsBeginningIsNoCrash() {
    byte[] record = Rewindable.read(null).followedBy(FIRST, 30, 30);
    record = Rewindable.read(record).followedBy(SECOND, 31, 31);
    assertThat(Rewindable.read(record).before(5).state()).isEqualTo(SECOND);
  }
}
