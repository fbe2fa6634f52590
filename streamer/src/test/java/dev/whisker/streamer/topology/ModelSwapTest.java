package dev.whisker.streamer.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.whisker.classifier.bundle.BundleException;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.engine.SequenceClassifier;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.StateChange;
import dev.whisker.streamer.config.ModelChoice;
import dev.whisker.streamer.config.StreamerConfig.Store;
import dev.whisker.streamer.model.ServingModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Models that are swapped, and shadows beside them, while records are processed. */
class ModelSwapTest {
  /** Windows of 4 samples every 2, at 1 kHz. */
  private static final WindowSpec SPEC = WindowSpec.of(1_000, 4, 2);

  private static final Manifest V1 = TestStreamer.manifest(SPEC, "x");
  private static final Manifest V2 = V1.named("test", "v2");
  private static final Manifest OTHER = V1.named("other", "v7");

  private final Network first = new Network(0);
  private final TestStreamer streamer =
      new TestStreamer(
          new ServingModel(V1, first),
          new ModelChoice("test", null, "other", List.of()),
          Path.of("unused"),
          Store.MEMORY);

  @AfterEach
  void close() {
    streamer.close();
    streamer.models.close();
  }

  private void samples(String device, long fromMillis, int count) {
    StringBuilder json = new StringBuilder("{\"time\":" + fromMillis + ",\"values\":[[1]");
    streamer.publish(device, json.append(",[1]".repeat(count - 1)).append("]}").toString());
  }

  private static ServingModel model(Manifest manifest, Network network) {
    return new ServingModel(manifest, network);
  }

  @Test
  void aSwapGoesOnWithTheWindowsAsTheyAre() {
    samples("d1", 0, 7);
    Network second = new Network(1);
    streamer.models.serve(model(V2, second));
    assertThat(first.closed).as("nobody uses it").isTrue();
    samples("d1", 7, 5);
    assertThat(streamer.predictions())
        .extracting(Prediction::windowEndMicros, Prediction::modelVersion, Prediction::label)
        .containsExactly(
            tuple(3_000L, "v1", "low"),
            tuple(5_000L, "v1", "low"),
            tuple(7_000L, "v2", "high"),
            tuple(9_000L, "v2", "high"),
            tuple(11_000L, "v2", "high"));
    assertThat(streamer.count("whisker.state.discarded")).isZero();
    assertThat(second.closed).isFalse();
  }

  @Test
  void aRecordGoesAllItsWayWithTheModelThatItBeganWith() {
    Network second = new Network(1);
    first.before =
        batch -> {
          if (batch == 1) {
            streamer.models.serve(model(V2, second));
          }
          assertThat(first.closed).as("closed while it is used").isFalse();
        };
    samples("d1", 0, 20); // nine windows, three batches
    assertThat(first.batches).isEqualTo(3);
    assertThat(first.closed).as("closed after its last record").isTrue();
    samples("d1", 20, 2);
    assertThat(streamer.predictions())
        .extracting(Prediction::modelVersion)
        .containsExactly("v1", "v1", "v1", "v1", "v1", "v1", "v1", "v1", "v1", "v2");
  }

  @Test
  void theOlderModelCanBeServedAgain() {
    samples("d1", 0, 4);
    streamer.models.serve(model(V2, new Network(1)));
    samples("d1", 4, 2);
    streamer.models.serve(model(V1, new Network(0)));
    samples("d1", 6, 2);
    assertThat(streamer.predictions())
        .extracting(Prediction::modelVersion)
        .containsExactly("v1", "v2", "v1");
    assertThat(streamer.count("whisker.model.loads", "outcome", "loaded")).isEqualTo(3);
    assertThat(streamer.registry.find("whisker.model.info").gauges())
        .singleElement()
        .satisfies(gauge -> assertThat(gauge.getId().getTag("version")).isEqualTo("v1"));
  }

  @Test
  void otherWindowsStartEveryDeviceOver() {
    samples("d1", 0, 3);
    samples("d2", 0, 1);
    Manifest longer = TestStreamer.manifest(WindowSpec.of(1_000, 6, 6), "x").named("test", "v2");
    streamer.models.serve(model(longer, new Network(1)));
    samples("d1", 3, 8);
    samples("d2", 1, 1);
    assertThat(streamer.predictions())
        .extracting(Prediction::windowStartMicros, Prediction::windowEndMicros)
        .containsExactly(tuple(3_000L, 8_000L));
    assertThat(
            streamer.count("whisker.state.discarded", "store", "devices", "reason", "other-model"))
        .isEqualTo(2);
    assertThat(streamer.deadLetters()).isEmpty();
    streamer.pass(Duration.ofMinutes(20));
    assertThat(streamer.stored("devices")).isZero();
    assertThat(streamer.stored("samples")).isZero();
  }

  @Test
  void readingsAreReadWithTheChannelsOfTheModel() {
    samples("d1", 0, 3);
    Manifest wider = TestStreamer.manifest(SPEC, "x", "y").named("test", "v2");
    streamer.models.serve(model(wider, new Network(1)));
    samples("d1", 3, 1);
    assertThat(streamer.deadLetters()).as("a reading of one channel").hasSize(1);
    streamer.publish("d1", "{\"time\":4,\"values\":[[1,2],[1,2],[1,2],[1,2]]}");
    assertThat(streamer.predictions())
        .extracting(Prediction::windowStartMicros, Prediction::modelVersion)
        .containsExactly(tuple(4_000L, "v2"));
  }

  @Test
  void aDeviceThatIsSilentFromBeforeTheSwapIsEvicted() {
    samples("d1", 0, 8);
    streamer.stateChanges();
    Manifest wider = TestStreamer.manifest(SPEC, "x", "y").named("test", "v2");
    streamer.models.serve(model(wider, new Network(1)));
    streamer.pass(Duration.ofMinutes(20));
    assertThat(streamer.stateChanges())
        .extracting(StateChange::from, StateChange::to, StateChange::modelVersion)
        .containsExactly(tuple("low", "STALE", "v2"));
    assertThat(streamer.stored("devices")).isZero();
    assertThat(streamer.stored("samples")).isZero();
    assertThat(streamer.stored("labels")).isZero();
  }

  @Test
  void aShadowPredictsTheSameWindowsElsewhere() {
    samples("d1", 0, 5);
    streamer.models.shadow(model(OTHER, new Network(1)));
    samples("d1", 5, 5);
    assertThat(streamer.shadows())
        .extracting(
            Prediction::windowEndMicros,
            Prediction::model,
            Prediction::modelVersion,
            Prediction::label,
            Prediction::stableLabel)
        .containsExactly(
            tuple(5_000L, "other", "v7", "high", "UNKNOWN"),
            tuple(7_000L, "other", "v7", "high", "high"),
            tuple(9_000L, "other", "v7", "high", "high"));
    assertThat(streamer.predictions())
        .hasSize(4)
        .extracting(Prediction::model, Prediction::label)
        .containsOnly(tuple("test", "low"));
    assertThat(streamer.stateChanges())
        .as("of the served model alone")
        .extracting(StateChange::from, StateChange::to)
        .containsExactly(tuple("UNKNOWN", "low"));
    assertThat(streamer.count("whisker.shadow.agreement", "outcome", "different")).isEqualTo(3);
    assertThat(streamer.count("whisker.shadow.agreement", "outcome", "same")).isZero();
    assertThat(streamer.count("whisker.predictions")).isEqualTo(4);
    assertThat(streamer.stored("labels")).isEqualTo(2);
    streamer.pass(Duration.ofMinutes(20));
    assertThat(streamer.stored("labels")).isZero();
  }

  @Test
  void aShadowThatSaysTheSameAgrees() {
    streamer.models.shadow(model(OTHER, new Network(0)));
    samples("d1", 0, 20);
    assertThat(streamer.count("whisker.shadow.agreement", "outcome", "same")).isEqualTo(9);
    assertThat(streamer.count("whisker.shadow.agreement", "outcome", "different")).isZero();
  }

  @Test
  void aShadowThatFailsDisturbsNothing() {
    Network failing = new Network(1);
    failing.before =
        batch -> {
          if (batch != 2) {
            throw new IllegalStateException("no");
          }
        };
    streamer.models.shadow(model(OTHER, failing));
    samples("d1", 0, 4);
    samples("d1", 4, 4);
    samples("d1", 8, 2);
    assertThat(streamer.predictions())
        .extracting(Prediction::windowEndMicros)
        .containsExactly(3_000L, 5_000L, 7_000L, 9_000L);
    assertThat(streamer.shadows())
        .extracting(Prediction::windowEndMicros)
        .containsExactly(5_000L, 7_000L);
    assertThat(streamer.count("whisker.shadow.agreement", "outcome", "failed")).isEqualTo(2);
  }

  @Test
  void aShadowOfOtherWindowsIsRefused() {
    Manifest longer = TestStreamer.manifest(WindowSpec.of(1_000, 6, 6), "x").named("other", "v1");
    Network network = new Network(1);
    assertThatThrownBy(() -> streamer.models.shadow(model(longer, network)))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("Model other v1")
        .hasMessageContaining("the shadow of test v1");
    samples("d1", 0, 4);
    assertThat(streamer.predictions()).hasSize(1);
    assertThat(streamer.shadows()).isEmpty();
  }

  @Test
  void aShadowThatANewModelDoesNotFitIsSetAsideUntilOneDoes() {
    Network network = new Network(1);
    streamer.models.shadow(model(OTHER, network));
    samples("d1", 0, 4);
    Manifest longer = TestStreamer.manifest(WindowSpec.of(1_000, 6, 6), "x").named("test", "v2");
    streamer.models.serve(model(longer, new Network(0)));
    samples("d1", 4, 6);
    assertThat(streamer.shadows()).hasSize(1);
    assertThat(streamer.count("whisker.model.loads", "outcome", "shadow-refused")).isEqualTo(1);
    assertThat(network.closed).isFalse();
    streamer.models.serve(model(V1, new Network(0)));
    samples("d1", 10, 4);
    assertThat(streamer.shadows()).hasSize(1);
    assertThat(streamer.predictions()).hasSize(3);
  }

  /** A network that always says the same label, and fails when it is used after it was closed. */
  private static final class Network implements SequenceClassifier {
    private final int label;
    private IntConsumer before = batch -> {};
    private int batches;
    private boolean closed;

    Network(int label) {
      this.label = label;
    }

    @Override
    public void classify(float[] windows, int count, float[] probabilities) {
      if (closed) {
        throw new AssertionError("used after it was closed");
      }
      before.accept(++batches);
      for (int i = 0; i < count; i++) {
        probabilities[2 * i + label] = 0.75f;
        probabilities[2 * i + 1 - label] = 0.25f;
      }
    }

    @Override
    public void close() {
      assertThat(closed).as("closed twice").isFalse();
      closed = true;
    }
  }
}
