package dev.whisker.trainer.evaluation;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.engine.Labeler;
import dev.whisker.classifier.smoothing.StableLabel;
import dev.whisker.schemas.JsonCodec;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Predictions as the streamer would publish them: one JSON object a line, as on the topic. */
public final class PredictionFile {
  private PredictionFile() {}

  /**
   * Writes the prediction of every window, with and without truth, in order device by device.
   *
   * @throws UncheckedIOException if the file cannot be written
   */
  public static void write(Path file, Manifest manifest, List<ClassifiedWindows> devices) {
    Labeler labeler = new Labeler(manifest);
    int labels = manifest.labels().size();
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (ClassifiedWindows device : devices) {
        StableLabel stable = new StableLabel(manifest.smoothing());
        for (int i = 0; i < device.windows().size(); i++) {
          out.write(
              JsonCodec.encode(
                  labeler.label(
                      device.device(),
                      device.windows().get(i),
                      device.probabilities(),
                      i * labels,
                      stable)));
          out.write('\n');
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The predictions " + file + " cannot be written", e);
    }
  }
}
