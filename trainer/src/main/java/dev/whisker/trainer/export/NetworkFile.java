package dev.whisker.trainer.export;

import dev.whisker.classifier.bundle.Bundle;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;

/**
 * A network as deeplearning4j saves it, without the optimizer's state, and with fixed times so that
 * the same network gives the same bytes.
 */
public final class NetworkFile {
  private NetworkFile() {}

  /** Writes a network. */
  public static byte[] write(MultiLayerNetwork network) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ModelSerializer.writeModel(network, bytes, false);
      Map<String, byte[]> entries = new TreeMap<>();
      try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
          entries.put(entry.getName(), zip.readAllBytes());
        }
      }
      return Bundle.zip(entries);
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory failed", e);
    }
  }

  /**
   * Reads a network.
   *
   * @throws IOException if the bytes are none
   */
  public static MultiLayerNetwork read(byte[] bytes) throws IOException {
    return ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(bytes), false);
  }
}
