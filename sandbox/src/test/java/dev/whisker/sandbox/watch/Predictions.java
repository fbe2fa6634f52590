package dev.whisker.sandbox.watch;

import dev.whisker.schemas.JsonCodec;
import dev.whisker.schemas.Prediction;
import java.util.LinkedHashMap;
import java.util.Map;

/** Makes predictions for tests: {@code prediction("d1").at(3.5).label("healthy", 0.9f)}. */
final class Predictions {
  private final String device;
  private double endSeconds;
  private String label = "healthy";
  private float confidence = 1;
  private String stable = "healthy";
  private String truth;
  private Prediction.Status status = Prediction.Status.OK;
  private long latencyMillis = 110;

  private Predictions(String device) {
    this.device = device;
  }

  static Predictions prediction(String device) {
    return new Predictions(device);
  }

  Predictions at(double seconds) {
    endSeconds = seconds;
    return this;
  }

  Predictions label(String name, double probability) {
    label = name;
    confidence = (float) probability;
    return this;
  }

  Predictions stable(String name) {
    stable = name;
    return this;
  }

  Predictions truth(String name) {
    truth = name;
    return this;
  }

  Predictions uncertain() {
    status = Prediction.Status.UNCERTAIN;
    return this;
  }

  Predictions latency(long millis) {
    latencyMillis = millis;
    return this;
  }

  ReceivedPrediction received() {
    Map<String, Float> probabilities = new LinkedHashMap<>();
    probabilities.put(label, confidence);
    long endMicros = Math.round(endSeconds * 1e6);
    Prediction prediction =
        new Prediction(
            device,
            endMicros - 500_000,
            endMicros,
            label,
            confidence,
            probabilities,
            status,
            stable,
            0,
            "demo",
            "1",
            truth);
    long publishedMillis = endMicros / 1_000;
    return new ReceivedPrediction(
        prediction,
        JsonCodec.encode(prediction),
        publishedMillis,
        publishedMillis + latencyMillis,
        0);
  }
}
