package dev.whisker.classifier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whisker.classifier.TestModel;
import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.BundleException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

class OnnxEngineTest {
  private static final int LENGTH = 4;
  private static final int CHANNELS = 2;
  private static final int LABELS = 2;

  private static SequenceClassifier open(byte[] network) {
    return new OnnxEngine().open(TestModel.bundle(network, new byte[0]));
  }

  private static float[] windows(long seed, int count) {
    Random random = new Random(seed);
    float[] windows = new float[count * LENGTH * CHANNELS];
    for (int i = 0; i < windows.length; i++) {
      windows[i] = (float) (3 * random.nextGaussian());
    }
    return windows;
  }

  private static void assertRefused(byte[] network, String... parts) {
    AbstractThrowableAssert<?, ?> refusal =
        assertThatThrownBy(() -> open(network))
            .isInstanceOf(BundleException.class)
            .hasMessageContaining("network.onnx of model pumps")
            .hasMessageContaining("windows of 4 × 2 to 2 probabilities");
    for (String part : parts) {
      refusal.hasMessageContaining(part);
    }
  }

  @Test
  void batchesOfEverySizeGiveWhatTheNetworkSays() {
    try (SequenceClassifier classifier = open(TinyNetwork.bytes(LENGTH, CHANNELS))) {
      for (int count = 1; count <= 200; count++) {
        float[] windows = windows(count, count);
        float[] probabilities = new float[count * LABELS];
        classifier.classify(windows, count, probabilities);
        for (int i = 0; i < count; i++) {
          float[] expected = TinyNetwork.expected(windows, i, LENGTH, CHANNELS);
          for (int label = 0; label < LABELS; label++) {
            assertThat(probabilities[i * LABELS + label]).isCloseTo(expected[label], within(1e-6f));
          }
        }
      }
    }
  }

  @Test
  void aSmallerBatchAfterALargerOneIsItsOwn() {
    try (SequenceClassifier classifier = open(TinyNetwork.bytes(LENGTH, CHANNELS))) {
      classifier.classify(windows(1, 100), 100, new float[100 * LABELS]);
      float[] one = new float[LABELS];
      classifier.classify(windows(2, 1), 1, one);
      assertThat(one)
          .containsExactly(TinyNetwork.expected(windows(2, 1), 0, LENGTH, CHANNELS), within(1e-6f));
    }
  }

  @Test
  void arraysMayBeLongerThanTheBatch() {
    try (SequenceClassifier classifier = open(TinyNetwork.bytes(LENGTH, CHANNELS))) {
      float[] probabilities = new float[10];
      Arrays.fill(probabilities, 7);
      classifier.classify(windows(1, 50), 3, probabilities);
      assertThat(Arrays.copyOfRange(probabilities, 6, 10)).containsOnly(7);
      assertThat(probabilities[5]).isLessThan(1);
    }
  }

  @Test
  void aWindowsProbabilitiesDoNotDependOnItsBatch() {
    try (SequenceClassifier classifier = open(TinyNetwork.bytes(LENGTH, CHANNELS))) {
      float[] windows = windows(5, 128);
      float[] together = new float[128 * LABELS];
      classifier.classify(windows, 128, together);
      int size = LENGTH * CHANNELS;
      for (int i = 0; i < 128; i++) {
        float[] alone = new float[LABELS];
        classifier.classify(Arrays.copyOfRange(windows, i * size, (i + 1) * size), 1, alone);
        assertThat(Arrays.copyOfRange(together, i * LABELS, (i + 1) * LABELS))
            .containsExactly(alone, within(1e-6f));
      }
    }
  }

  @Test
  void threadsDoNotDisturbEachOther() throws Exception {
    int threads = 4;
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try (SequenceClassifier classifier = open(TinyNetwork.bytes(LENGTH, CHANNELS))) {
      List<Future<float[]>> results = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int seed = t;
        results.add(
            executor.submit(
                () -> {
                  float[] all = new float[300 * 20 * LABELS];
                  float[] batch = new float[20 * LABELS];
                  for (int i = 0; i < 300; i++) {
                    classifier.classify(windows(seed * 1_000 + i, 20), 20, batch);
                    System.arraycopy(batch, 0, all, i * batch.length, batch.length);
                  }
                  return all;
                }));
      }
      for (int t = 0; t < threads; t++) {
        float[] together = results.get(t).get();
        float[] alone = new float[20 * LABELS];
        for (int i = 0; i < 300; i++) {
          classifier.classify(windows(t * 1_000 + i, 20), 20, alone);
          assertThat(Arrays.copyOfRange(together, i * alone.length, (i + 1) * alone.length))
              .isEqualTo(alone);
        }
      }
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void aNetworkThatIsNoneIsRefused() {
    assertRefused("no network at all".getBytes(StandardCharsets.UTF_8));
    assertRefused(new byte[0]);
    byte[] whole = TinyNetwork.bytes(LENGTH, CHANNELS);
    assertRefused(Arrays.copyOf(whole, whole.length / 2));
  }

  @Test
  void aNetworkForOtherWindowsIsRefused() {
    assertRefused(TinyNetwork.bytes(LENGTH + 1, CHANNELS));
    assertRefused(TinyNetwork.bytes(LENGTH, CHANNELS + 1));
  }

  @Test
  void aNetworkForOtherLabelsIsRefused() {
    Bundle bundle =
        new Bundle(
            TestModel.manifest(List.of("a", "b", "c"), 0),
            TinyNetwork.bytes(LENGTH, CHANNELS),
            new byte[0]);
    assertThatThrownBy(() -> new OnnxEngine().open(bundle))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("4 × 2 to 3 probabilities")
        .hasMessageContaining("[2, 3]");
  }

  @Test
  void aNetworkWithOtherNamesIsRefused() {
    assertRefused(TinyNetwork.bytes("input", "probabilities", 0, LENGTH, CHANNELS), "windows");
    assertRefused(TinyNetwork.bytes("windows", "output", 0, LENGTH, CHANNELS), "'probabilities'");
  }

  @Test
  void aNetworkForOneWindowAtATimeIsRefused() {
    assertRefused(TinyNetwork.bytes("windows", "probabilities", 1, LENGTH, CHANNELS));
  }

  @Test
  void aNetworkThatGivesClassesInsteadOfProbabilitiesIsRefused() {
    assertRefused(TinyNetwork.argMax(LENGTH, CHANNELS), "INT64", "[2, 2]");
  }

  @Test
  void theEngineIsFoundByItsName() {
    assertThat(Engine.named("onnx")).isInstanceOf(OnnxEngine.class);
  }

  @Test
  void anUnknownEngineIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> Engine.named("abacus"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'abacus'")
        .hasMessageContaining("[onnx]");
  }
}
