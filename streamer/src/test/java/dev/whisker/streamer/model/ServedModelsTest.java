package dev.whisker.streamer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whisker.classifier.engine.SequenceClassifier;
import dev.whisker.streamer.metrics.StreamerMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ServedModelsTest {
  private final ServedModels models =
      new ServedModels(new StreamerMetrics(new SimpleMeterRegistry()));
  private final List<Network> networks = new ArrayList<>();

  private ServingModel model(String name) {
    Network network = new Network();
    networks.add(network);
    return new ServingModel(TestEngine.manifest(name, "v" + networks.size(), 4), network);
  }

  @Test
  void withoutAModelThereIsNoUse() {
    assertThat(models.isServing()).isFalse();
    assertThatThrownBy(models::use).isInstanceOf(IllegalStateException.class);
    models.shadow(model("b"));
    assertThat(models.isServing()).as("with a shadow alone").isFalse();
    models.serve(model("a"));
    try (ServedModels.Use use = models.use()) {
      assertThat(use.shadow().manifest().name()).isEqualTo("b");
    }
  }

  @Test
  void anInnerUseGetsTheModelsOfTheOuterOne() {
    models.serve(model("a"));
    try (ServedModels.Use outer = models.use()) {
      models.serve(model("a"));
      try (ServedModels.Use inner = models.use()) {
        assertThat(inner.main().manifest().version()).isEqualTo("v1");
      }
      assertThat(outer.main().manifest().version()).isEqualTo("v1");
      assertThat(networks.get(0).closed).hasValue(0);
    }
    assertThat(networks.get(0).closed).hasValue(1);
    try (ServedModels.Use next = models.use()) {
      assertThat(next.main().manifest().version()).isEqualTo("v2");
    }
  }

  @Test
  void closingReleasesBoth() {
    models.serve(model("a"));
    models.shadow(model("b"));
    models.close();
    assertThat(networks).allSatisfy(network -> assertThat(network.closed).hasValue(1));
    assertThat(models.isServing()).isFalse();
  }

  @Test
  void noThreadUsesAClosedModelHoweverOftenTheyAreSwapped() throws Exception {
    models.serve(model("a"));
    AtomicBoolean stop = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(3);
    List<Future<Integer>> used = new ArrayList<>();
    for (int t = 0; t < 3; t++) {
      used.add(
          threads.submit(
              () -> {
                int count = 0;
                while (!stop.get()) {
                  try (ServedModels.Use use = models.use()) {
                    use.main().classifier().classify(new float[0], 1, new float[0]);
                    if (use.shadow() != null) {
                      use.shadow().classifier().classify(new float[0], 1, new float[0]);
                    }
                    count++;
                  }
                }
                return count;
              }));
    }
    for (int i = 0; i < 500; i++) {
      models.serve(model("a"));
      models.shadow(model("b"));
      Thread.yield();
    }
    stop.set(true);
    for (Future<Integer> one : used) {
      assertThat(one.get()).isPositive();
    }
    threads.shutdown();
    models.close();
    assertThat(networks).hasSize(1001);
    assertThat(networks).allSatisfy(network -> assertThat(network.closed).hasValue(1));
  }

  /** Fails when it is used after it was closed. */
  private static final class Network implements SequenceClassifier {
    private final AtomicInteger closed = new AtomicInteger();

    @Override
    public void classify(float[] windows, int count, float[] probabilities) {
      assertThat(closed).as("closed while in use").hasValue(0);
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }
}
