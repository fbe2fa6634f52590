package dev.whisker.sandbox.bench;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.schemas.Prediction;
import java.util.LinkedHashMap;
import java.util.Map;

/** Predictions as a program makes them that neither smooths nor rejects. */
final class PlainPredictions {
  private final Manifest manifest;

  /** Of a model. */
  PlainPredictions(Manifest manifest) {
    this.manifest = manifest;
  }

  /**
   * The prediction of a window.
   *
   * @param probabilities holds those of its labels
   * @param offset where they begin
   */
  Prediction of(
      String device, long startMicros, long endMicros, float[] probabilities, int offset) {
    Map<String, Float> byLabel = new LinkedHashMap<>();
    int best = 0;
    for (int i = 0; i < manifest.labels().size(); i++) {
      byLabel.put(manifest.labels().get(i), probabilities[offset + i]);
      best = probabilities[offset + i] > probabilities[offset + best] ? i : best;
    }
    String label = manifest.labels().get(best);
    return new Prediction(
        device,
        startMicros,
        endMicros,
        label,
        probabilities[offset + best],
        byLabel,
        Prediction.Status.OK,
        label,
        0,
        manifest.name(),
        manifest.version(),
        null);
  }
}
