package dev.whisker.classifier;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.Channel;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.bundle.Split;
import dev.whisker.classifier.smoothing.Smoothing;
import dev.whisker.classifier.window.WindowSpec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A small model for tests: windows of 4 samples every 2, at 1 kHz, of two channels. */
public final class TestModel {
  /** Its labels. */
  public static final List<String> LABELS = List.of("low", "high");

  private TestModel() {}

  /** Its manifest with another reject threshold. */
  public static Manifest manifest(double rejectThreshold) {
    return manifest(LABELS, rejectThreshold);
  }

  /** Its manifest with other labels. */
  public static Manifest manifest(List<String> labels, double rejectThreshold) {
    return new Manifest(
        Bundle.FORMAT_VERSION,
        "pumps",
        "v7",
        "2026-01-31T12:00:00Z",
        List.of(new Channel("x", "g"), new Channel("y", "")),
        WindowSpec.of(1_000, 4, 2),
        2,
        labels,
        new Normalizer(List.of(0.5f, -1f), List.of(1f, 0.25f)),
        1.5,
        rejectThreshold,
        new Smoothing(3, 5),
        List.of(
            new Manifest.Histogram(List.of(0f), List.of(0.25f, 0.75f)),
            new Manifest.Histogram(List.of(0f, 1f), List.of(0.5f, 0.25f, 0.25f))),
        new Manifest.TestMetrics(0.975, 0.95, 40),
        new Split(Split.Kind.DEVICE, 0.2, 0.1, 3, List.of("d1", "d2"), List.of("d3")),
        new Manifest.Provenance(
            "abcd", 12, 7, Map.of("units", "64", "frame", "2"), Map.of("dl4j", "1"), "c0ffee"),
        Map.of());
  }

  /** The manifest with tumbling windows, of a network that carries state. */
  public static Manifest stateful(Manifest.State state) {
    Manifest one = manifest(0);
    return new Manifest(
        one.formatVersion(),
        one.name(),
        one.version(),
        one.created(),
        one.channels(),
        WindowSpec.of(1_000, 4, 4),
        one.frame(),
        one.labels(),
        one.normalizer(),
        one.temperature(),
        one.rejectThreshold(),
        one.smoothing(),
        one.histograms(),
        one.test(),
        one.split(),
        one.provenance(),
        state,
        one.sha256(),
        one.predicted(),
        one.quality());
  }

  /** A bundle with the given networks. */
  public static Bundle bundle(byte[] onnx, byte[] dl4j) {
    return new Bundle(manifest(0.6), onnx, dl4j);
  }

  /** A bundle with networks that cannot run. */
  public static Bundle bundle() {
    return bundle(
        "the onnx network".getBytes(StandardCharsets.UTF_8),
        "the dl4j network".getBytes(StandardCharsets.UTF_8));
  }
}
