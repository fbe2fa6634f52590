package dev.whisker.streamer.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.engine.SequenceClassifier;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.schemas.Prediction;
import dev.whisker.streamer.config.StreamerConfig.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A model that counts the windows since it began with zeros, and says so in its confidence. */
class StatefulModelTest {
  private static final String[] STORES = {"devices", "samples", "labels", "recurrent-states"};

  /** Windows of 4 samples every 4, at 1 kHz. */
  private static final Manifest MANIFEST =
      TestStreamer.manifest(WindowSpec.of(1_000, 4, 4), "x").withState(new Manifest.State(1, 1));

  private final List<TestStreamer> opened = new ArrayList<>();
  private final TestStreamer streamer = open(MANIFEST);

  private TestStreamer open(Manifest manifest) {
    TestStreamer one = new TestStreamer(manifest, new Counter(), Path.of("unused"), Store.MEMORY);
    opened.add(one);
    return one;
  }

  @AfterEach
  void close() {
    opened.forEach(TestStreamer::close);
  }

  /** One reading with some samples, from a time in milliseconds on. */
  private static void samples(TestStreamer to, String device, long fromMillis, float... values) {
    StringBuilder json = new StringBuilder("{\"time\":" + fromMillis + ",\"values\":[");
    for (int i = 0; i < values.length; i++) {
      json.append(i == 0 ? "" : ",").append('[').append(values[i]).append(']');
    }
    to.publish(device, json.append("]}").toString());
  }

  private static void samples(TestStreamer to, String device, long fromMillis, int count) {
    samples(to, device, fromMillis, new float[count]);
  }

  /** How many windows each prediction's window has had before it, itself included. */
  private static List<Integer> counts(TestStreamer of, String device) {
    return of.predictions().stream()
        .filter(prediction -> prediction.device().equals(device))
        .map(Prediction::confidence)
        .map(confidence -> Math.round(1_000 * (1 - confidence)))
        .toList();
  }

  @Test
  void windowsOfOneReadingGoOnFromEachOther() {
    samples(streamer, "d1", 0, 21);
    assertThat(counts(streamer, "d1")).containsExactly(1, 2, 3, 4, 5);
    samples(streamer, "d1", 21, 3);
    assertThat(counts(streamer, "d1")).containsExactly(6);
  }

  @Test
  void everyDeviceHasItsOwnState() {
    samples(streamer, "d1", 0, 8);
    samples(streamer, "d2", 0, 4);
    samples(streamer, "d1", 8, 4);
    samples(streamer, "d2", 4, 4);
    List<Prediction> all = streamer.predictions();
    assertThat(all).extracting(Prediction::device).containsExactly("d1", "d1", "d2", "d1", "d2");
    assertThat(all)
        .extracting(prediction -> Math.round(1_000 * (1 - prediction.confidence())))
        .containsExactly(1, 2, 1, 3, 2);
    assertThat(streamer.stored("recurrent-states")).isEqualTo(2);
  }

  @Test
  void aGapStartsOver() {
    samples(streamer, "d1", 0, 10);
    samples(streamer, "d1", 100, 8);
    assertThat(counts(streamer, "d1")).containsExactly(1, 2, 1, 2);
  }

  @Test
  void aGapWithinPeriodsThatAreFilledDoesNot() {
    samples(streamer, "d1", 0, 6);
    samples(streamer, "d1", 9, 7);
    assertThat(counts(streamer, "d1")).containsExactly(1, 2, 3, 4);
  }

  @Test
  void silenceForgetsTheState() {
    samples(streamer, "d1", 0, 8);
    streamer.pass(Duration.ofMinutes(20));
    assertThat(streamer.stored("recurrent-states")).isZero();
    samples(streamer, "d1", 8, 4);
    assertThat(counts(streamer, "d1")).containsExactly(1, 2, 1);
  }

  @Test
  void aRestartGoesOnFromWhatIsStored() {
    samples(streamer, "d1", 0, 10);
    TestStreamer restarted = open(MANIFEST);
    restarted.restore(streamer, STORES);
    samples(restarted, "d1", 10, 6);
    assertThat(counts(restarted, "d1")).containsExactly(3, 4);
  }

  @Test
  void anotherModelStartsOver() {
    samples(streamer, "d1", 0, 10);
    Manifest retrained = MANIFEST.named(MANIFEST.name(), "v2");
    TestStreamer swapped = open(retrained);
    swapped.restore(streamer, STORES);
    samples(swapped, "d1", 10, 6);
    assertThat(counts(swapped, "d1")).containsExactly(1, 2);
  }

  /** The stores are not written at the same moment: without transactions a crash can tear them. */
  @Test
  void aWindowThatDoesNotFollowOnTheStateStartsOver() {
    samples(streamer, "d1", 0, 10);
    TestStreamer torn = open(MANIFEST);
    torn.restore(streamer, "recurrent-states");
    samples(torn, "d1", 0, 10);
    assertThat(counts(torn, "d1")).containsExactly(1, 2);
  }

  @Test
  void absurdValuesSpoilNoLaterWindow() {
    samples(streamer, "d1", 0, 4);
    samples(streamer, "d1", 4, 0, 1e38f, 0, 0);
    samples(streamer, "d1", 8, 4);
    assertThat(counts(streamer, "d1")).containsExactly(1, 2, 1);
  }

  /** Its state is the number of windows, and no number after a value that is too large. */
  private static final class Counter implements SequenceClassifier {
    @Override
    public int stateSize() {
      return 2;
    }

    @Override
    public void classify(float[] windows, int count, float[] probabilities) {
      classify(windows, count, new float[2 * count], probabilities);
    }

    @Override
    public void classify(float[] windows, int count, float[] state, float[] probabilities) {
      for (int i = 0; i < count; i++) {
        state[2 * i]++;
        probabilities[2 * i] = 1 - state[2 * i] / 1_000;
        probabilities[2 * i + 1] = state[2 * i] / 1_000;
        for (int v = 0; v < 4; v++) {
          state[2 * i + 1] += windows[4 * i + v] > 1e30f ? Float.NaN : 0;
        }
      }
    }

    @Override
    public void close() {}
  }
}
