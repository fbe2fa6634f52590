package dev.whisker.trainer.layers;

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
 * A training step of an LSTM network: deeplearning4j as it comes, with the fast LSTM, and PyTorch.
 *
 * <p>Stock deeplearning4j is measured on one core whatever {@code cores} says: it is slower on two.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 4)
@Measurement(iterations = 3, time = 4)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xmx2g", "-Xms2g"})
public class TrainingStepBenchmark {
  /** Who does the step. */
  public enum Peer {
    /** deeplearning4j as it comes. */
    STOCK,
    /** deeplearning4j with the fast LSTM. */
    WHISKER,
    /** PyTorch. */
    PYTORCH
  }

  /** The network. */
  @Param({"A", "B", "C"})
  public Model model;

  /** Windows in the batch. */
  @Param("64")
  public int batch;

  /** Cores. */
  @Param({"1", "2"})
  public int cores;

  /** Who does the step. */
  @Param({"WHISKER", "PYTORCH"})
  public Peer peer;

  private TrainingStep step;

  /** Builds the network. */
  @Setup(Level.Trial)
  public void build() {
    step =
        switch (peer) {
          case STOCK -> new Deeplearning4jStep(model, batch, 0);
          case WHISKER -> new Deeplearning4jStep(model, batch, cores);
          case PYTORCH -> new PyTorchStep(model, batch, cores);
        };
  }

  /** Frees it. */
  @TearDown(Level.Trial)
  public void close() {
    step.close();
  }

  /** One step. */
  @Benchmark
  public double step() {
    return step.run();
  }
}
