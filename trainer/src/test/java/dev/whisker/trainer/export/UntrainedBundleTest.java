package dev.whisker.trainer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.engine.Engine;
import dev.whisker.classifier.engine.SequenceClassifier;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.trainer.engine.Dl4jEngine;
import dev.whisker.trainer.network.NetworkSettings;
import dev.whisker.trainer.network.NetworkShape;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UntrainedBundleTest {
  private static final NetworkShape SHAPE = new NetworkShape(12, 3, 2, 4);

  @Test
  void allEnginesGiveTheSameProbabilitiesWithTheFastLayersOrDeeplearning4jsOwn() {
    Bundle bundle = Bundle.read(untrained().toBytes(), "untrained");
    float[] windows = new float[5 * SHAPE.values()];
    Random random = new Random(3);
    for (int i = 0; i < windows.length; i++) {
      windows[i] = 2 * random.nextFloat() - 1;
    }
    float[] onnx = classify(Engine.named("onnx").open(bundle), windows);
    float[] fast = classify(Engine.named("dl4j").open(bundle), windows);
    float[] stock = classify(Dl4jEngine.openStock(bundle), windows);

    for (int i = 0; i < onnx.length; i++) {
      assertThat(fast[i]).isCloseTo(onnx[i], within(1e-5f));
      assertThat(stock[i]).isCloseTo(onnx[i], within(1e-5f));
    }
    assertThat(onnx[0]).isNotEqualTo(onnx[4]);
  }

  @Test
  void theSameArgumentsGiveTheSameBytes() {
    assertThat(untrained().toBytes()).isEqualTo(untrained().toBytes());
  }

  private static Bundle untrained() {
    return UntrainedBundle.of(
        "any",
        "lstm",
        WindowSpec.of(1_000, SHAPE.length(), 4),
        SHAPE,
        new NetworkSettings(5, 1, 0, 0, 1e-3, 0, 1, 7));
  }

  private static float[] classify(SequenceClassifier opened, float[] windows) {
    float[] probabilities = new float[5 * SHAPE.labels()];
    try (SequenceClassifier classifier = opened) {
      classifier.classify(windows, 5, probabilities);
    }
    return probabilities;
  }
}
