package dev.whisker.streamer.model;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.BundleException;
import dev.whisker.classifier.bundle.Channel;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.engine.Engine;
import dev.whisker.classifier.engine.SequenceClassifier;
import dev.whisker.classifier.smoothing.Smoothing;
import dev.whisker.classifier.window.WindowSpec;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Runs any bundle, but not one whose network is {@link #BROKEN}. */
public final class TestEngine implements Engine {
  static final String NAME = "test";
  static final byte[] BROKEN = "broken".getBytes(StandardCharsets.UTF_8);

  static Manifest manifest(String name, String version, int length) {
    return new Manifest(
        Bundle.FORMAT_VERSION,
        name,
        version,
        "2026-01-01T00:00:00Z",
        List.of(new Channel("x", "g")),
        WindowSpec.of(1_000, length, length),
        1,
        List.of("low", "high"),
        new Normalizer(List.of(0f), List.of(1f)),
        1,
        0,
        Smoothing.DEFAULT,
        List.of(),
        null,
        null,
        null,
        Map.of());
  }

  static byte[] bundle(String name, String version) {
    return bundle(manifest(name, version, 4), new byte[] {1});
  }

  static byte[] bundle(Manifest manifest, byte[] network) {
    return new Bundle(manifest, network, new byte[] {2}).toBytes();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public SequenceClassifier open(Bundle bundle) {
    if (Arrays.equals(bundle.onnx(), BROKEN)) {
      throw new BundleException("The network does not run");
    }
    return new SequenceClassifier() {
      @Override
      public void classify(float[] windows, int count, float[] probabilities) {}

      @Override
      public void close() {}
    };
  }
}
