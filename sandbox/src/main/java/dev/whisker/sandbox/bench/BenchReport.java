package dev.whisker.sandbox.bench;

import java.util.List;
import java.util.Map;

/**
 * What a benchmark found. A part that was left out has no figures.
 *
 * @param machine what it ran on
 * @param commit Whisker's own commit; empty if unknown
 * @param versions of what trains and serves, by name
 * @param seconds how long all of it took
 * @param engine the engine against a bare session of ONNX Runtime
 * @param pipeline the streamer as a whole, readings to predictions, against peers
 * @param latency from publishing a reading to its prediction
 * @param growth the streamer against devices, channels, lengths, hops and threads
 * @param failures what could not be measured
 */
public record BenchReport(
    Machine machine,
    String commit,
    Map<String, String> versions,
    double seconds,
    List<Figure> engine,
    List<Figure> pipeline,
    List<Figure> latency,
    List<Figure> growth,
    List<BenchFailure> failures) {
  /** Copies the lists. */
  public BenchReport {
    versions = Map.copyOf(versions);
    engine = List.copyOf(engine);
    pipeline = List.copyOf(pipeline);
    latency = List.copyOf(latency);
    growth = List.copyOf(growth);
    failures = List.copyOf(failures);
  }
}
