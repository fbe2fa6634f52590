package dev.whisker.streamer.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.classifier.bundle.Channel;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.smoothing.Markov;
import dev.whisker.classifier.smoothing.Smoothing;
import dev.whisker.classifier.smoothing.StableLabel;
import dev.whisker.classifier.window.WindowSpec;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LabelStateTest {
  private static final Smoothing FILTER =
      Smoothing.by(
          new Markov(
              List.of(List.of(0.9, 0.1), List.of(0.1, 0.9)),
              List.of(0.5, 0.5),
              List.of(0.5, 0.5),
              1));
  private static final float[] LOW = {0.9f, 0.1f};
  private static final float[] DOUBTFUL = {0.3f, 0.7f};

  private static Manifest manifest(Smoothing smoothing, String... labels) {
    return new Manifest(
        1,
        "test",
        "v1",
        "2026-01-01T00:00:00Z",
        List.of(new Channel("x", "")),
        WindowSpec.of(1_000, 4, 2),
        1,
        List.of(labels),
        new Normalizer(List.of(0f), List.of(1f)),
        1,
        0,
        smoothing,
        List.of(),
        null,
        null,
        null,
        Map.of());
  }

  /** What the first format held: the stable label and the votes of three windows. */
  private static byte[] firstFormat(Manifest manifest, int stable, int... votes)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(1);
    out.writeInt(manifest.labels().hashCode());
    out.writeShort(stable);
    out.writeByte(votes.length);
    for (int vote : votes) {
      out.writeShort(vote);
    }
    return bytes.toByteArray();
  }

  @Test
  void theBeliefGoesOnWhereItWas() {
    Manifest manifest = manifest(FILTER, "low", "high");
    StableLabel stable = new StableLabel(FILTER);
    for (int i = 0; i < 3; i++) {
      stable.next(0, LOW, 0, i == 0);
    }
    StableLabel restored = new StableLabel(FILTER);
    LabelState.read(LabelState.write(manifest, stable), manifest, restored);
    assertThat(restored.stable()).isZero();
    // Without the belief this window would be the first one, and change the stable label.
    assertThat(restored.next(1, DOUBTFUL, 0, false)).isFalse();
  }

  @Test
  void theFirstFormatIsReadByVoteAndByFilter() throws IOException {
    Manifest voting = manifest(Smoothing.DEFAULT, "low", "high");
    StableLabel votes = new StableLabel(Smoothing.DEFAULT);
    LabelState.read(firstFormat(voting, 0, 0, 0, 1), voting, votes);
    assertThat(votes.stable()).isZero();
    assertThat(votes.next(1, DOUBTFUL, 0, false)).as("the second vote of two").isTrue();

    Manifest filtering = manifest(FILTER, "low", "high");
    StableLabel filter = new StableLabel(FILTER);
    LabelState.read(firstFormat(filtering, 0, 0, 0, 1), filtering, filter);
    assertThat(filter.stable()).isZero();
    assertThat(filter.next(1, DOUBTFUL, 0, false)).as("begins with the start").isTrue();
  }

  @Test
  void stateOfOtherLabelsOrOfAnUnknownFormatOrNoneBeginsAnew() throws IOException {
    Manifest manifest = manifest(FILTER, "low", "high");
    StableLabel stable = new StableLabel(FILTER);
    byte[] later = firstFormat(manifest, 0, 0);
    later[0] = 99;
    for (byte[] state :
        new byte[][] {null, later, firstFormat(manifest(FILTER, "a", "b"), 0, 0, 0, 0)}) {
      stable.next(0, LOW, 0, true);
      LabelState.read(state, manifest, stable);
      assertThat(stable.stable()).isEqualTo(StableLabel.NONE);
    }
  }
}
