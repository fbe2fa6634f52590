package dev.whisker.sandbox.system;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.engine.Engine;
import dev.whisker.classifier.engine.SequenceClassifier;
import java.util.concurrent.atomic.AtomicInteger;

/** An engine that throws instead of classifying, a number of times; then it is that of ONNX. */
public class FailingEngine implements Engine {
  private final String name;
  private final int times;

  /** {@code failing}: for ever. */
  public FailingEngine() {
    this("failing", Integer.MAX_VALUE);
  }

  private FailingEngine(String name, int times) {
    this.name = name;
    this.times = times;
  }

  /** {@code failing-twice}. */
  public static final class Twice extends FailingEngine {
    /** Fails twice. */
    public Twice() {
      super("failing-twice", 2);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public SequenceClassifier open(Bundle bundle) {
    SequenceClassifier working = Engine.named("onnx").open(bundle);
    AtomicInteger left = new AtomicInteger(times);
    return new SequenceClassifier() {
      @Override
      public void classify(float[] windows, int count, float[] probabilities) {
        if (left.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
          throw new IllegalStateException("this engine was made to fail");
        }
        working.classify(windows, count, probabilities);
      }

      @Override
      public void close() {
        working.close();
      }
    };
  }
}
