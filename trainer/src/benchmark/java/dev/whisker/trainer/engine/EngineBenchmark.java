package dev.whisker.trainer.engine;

import dev.whisker.classifier.engine.Engine;
import dev.whisker.classifier.engine.SequenceClassifier;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A call of Whisker's engine beside one of a bare ONNX Runtime session, on the same windows.
 *
 * <p>What is compared is the median call. The bare session does not copy its windows: they are
 * where it wants them already. {@code options} are the bare session's alone.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {"-Xmx1g", "-Xms1g"})
public class EngineBenchmark {
  /** Who classifies. */
  public enum Peer {
    /** ONNX Runtime with nothing around it. */
    BARE,
    /** Whisker's engine. */
    WHISKER,
    /** deeplearning4j's {@code output()}, behind the same interface. */
    DL4J
  }

  /** The network. */
  @Param({"A", "B", "C"})
  public ServedModel model;

  /** Windows in a call. */
  @Param({"1", "8", "32", "128"})
  public int windows;

  /** What the bare session is told. */
  @Param("WHISKER")
  public BareSession.Options options;

  /** Who classifies. */
  @Param({"BARE", "WHISKER"})
  public Peer peer;

  private BareSession bare;
  private SequenceClassifier classifier;
  private float[] values;
  private float[] probabilities;

  /** Loads the network. */
  @Setup(Level.Trial)
  public void open() throws Exception {
    if (peer == Peer.BARE) {
      bare = BareSession.open(model.bundle(), model.windows(windows), windows, options);
    } else {
      String engine = peer == Peer.DL4J ? "dl4j" : "onnx";
      classifier = Engine.named(engine).open(model.bundle());
      values = model.windows(windows);
      probabilities = new float[windows * model.shape.labels()];
    }
  }

  /** Frees it. */
  @TearDown(Level.Trial)
  public void close() throws Exception {
    AutoCloseable opened = peer == Peer.BARE ? bare : classifier;
    opened.close();
  }

  /** One call. */
  @Benchmark
  public float[] call() {
    if (peer == Peer.BARE) {
      return bare.run();
    }
    classifier.classify(values, windows, probabilities);
    return probabilities;
  }
}
