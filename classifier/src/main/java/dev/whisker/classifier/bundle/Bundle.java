package dev.whisker.classifier.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A trained model: a zip of {@code manifest.json}, {@code network.onnx} and {@code
 * network.dl4j.zip}. Immutable; its byte arrays are not to be changed.
 *
 * <p>Reading verifies the format version, every checksum and every size before anything is
 * returned. Writing is atomic, and the same content gives the same bytes.
 */
public final class Bundle {
  /** The version of the format that this code writes. */
  public static final int FORMAT_VERSION = 1;

  private static final String MANIFEST = "manifest.json";
  private static final String ONNX = "network.onnx";
  private static final String DL4J = "network.dl4j.zip";

  /** All entries together: more than any sensible network, less than what exhausts the heap. */
  private static final int MOST_BYTES = 256 << 20;

  private static final int MOST_ENTRIES = 16;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          // Later versions of the same format may add fields.
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private final Manifest manifest;
  private final byte[] onnx;
  private final byte[] dl4j;

  /**
   * Puts a bundle together.
   *
   * @param manifest its checksums are replaced by those of the networks
   * @param onnx the network as ONNX, raw windows in and probabilities out
   * @param dl4j the network as deeplearning4j saves it
   */
  public Bundle(Manifest manifest, byte[] onnx, byte[] dl4j) {
    this.onnx = onnx;
    this.dl4j = dl4j;
    this.manifest = manifest.withSha256(Map.of(ONNX, sha256(onnx), DL4J, sha256(dl4j)));
  }

  /** What the bundle says of itself. */
  public Manifest manifest() {
    return manifest;
  }

  /** The network as ONNX: not a copy. */
  public byte[] onnx() {
    return onnx;
  }

  /** The network as deeplearning4j saves it: not a copy. */
  public byte[] dl4j() {
    return dl4j;
  }

  /** The SHA-256 of some bytes, hexadecimal. */
  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  /**
   * Reads and verifies a bundle.
   *
   * @throws BundleException if there is no such file or it is no sound bundle
   */
  public static Bundle read(Path file) {
    try {
      long size = Files.size(file);
      if (size > MOST_BYTES) {
        throw new BundleException(
            "The bundle "
                + file
                + " has "
                + size
                + " bytes; at most "
                + MOST_BYTES
                + " are allowed");
      }
      return read(Files.readAllBytes(file), file.toString());
    } catch (NoSuchFileException e) {
      throw new BundleException(
          "There is no bundle " + file + "; make one with 'whisker train --out " + file + "'", e);
    } catch (IOException e) {
      throw new BundleException("The bundle " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Reads and verifies a bundle.
   *
   * @param bytes the whole zip
   * @param origin where it came from, for messages
   * @throws BundleException if it is no sound bundle
   */
  public static Bundle read(byte[] bytes, String origin) {
    Map<String, byte[]> entries = unzip(bytes, origin);
    Manifest manifest = manifest(required(entries, MANIFEST, origin), origin);
    for (Map.Entry<String, String> expected : new TreeMap<>(manifest.sha256()).entrySet()) {
      String actual = sha256(required(entries, expected.getKey(), origin));
      if (!actual.equals(expected.getValue())) {
        throw new BundleException(
            "The bundle "
                + origin
                + " is damaged: "
                + expected.getKey()
                + " has SHA-256 "
                + actual
                + ", the manifest expects "
                + expected.getValue());
      }
    }
    for (String name : new String[] {ONNX, DL4J}) {
      if (!manifest.sha256().containsKey(name)) {
        throw new BundleException(
            "The manifest of the bundle " + origin + " has no checksum of " + name);
      }
    }
    return new Bundle(manifest, entries.get(ONNX), entries.get(DL4J));
  }

  /**
   * Writes the bundle: beside the target first, then moved over it.
   *
   * @throws UncheckedIOException if that fails; the target is then what it was
   */
  public void write(Path file) {
    Path target = file.toAbsolutePath();
    try {
      Files.createDirectories(target.getParent());
      // Not a temporary file, which nobody but its owner could read.
      Path part = target.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".part");
      try {
        Files.write(part, toBytes(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        Files.move(
            part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The bundle " + file + " cannot be written: " + e, e);
    }
  }

  /** The bundle as one zip; the same content gives the same bytes. */
  public byte[] toBytes() {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try {
      entries.put(MANIFEST, JSON.writeValueAsBytes(manifest));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The manifest cannot be written as JSON", e);
    }
    entries.put(ONNX, onnx);
    entries.put(DL4J, dl4j);
    return zip(entries);
  }

  /** Zips entries in their order with one fixed time, so that equal entries give equal bytes. */
  public static byte[] zip(Map<String, byte[]> entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> one : entries.entrySet()) {
        ZipEntry entry = new ZipEntry(one.getKey());
        entry.setTimeLocal(java.time.LocalDateTime.of(1980, 1, 1, 0, 0));
        zip.putNextEntry(entry);
        zip.write(one.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  private static Map<String, byte[]> unzip(byte[] bytes, String origin) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    int room = MOST_BYTES;
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        byte[] content = zip.readNBytes(room + 1);
        if (content.length > room || entries.size() == MOST_ENTRIES) {
          throw new BundleException(
              "The bundle "
                  + origin
                  + " is too large at entry "
                  + entry.getName()
                  + "; at most "
                  + MOST_ENTRIES
                  + " entries of "
                  + (MOST_BYTES >> 20)
                  + " MiB in all are allowed");
        }
        room -= content.length;
        entries.put(entry.getName(), content);
      }
    } catch (IOException | IllegalArgumentException e) { // the latter for names that are no UTF-8
      throw new BundleException(
          "The bundle " + origin + " is damaged: " + e.getMessage() + " while unzipping it", e);
    }
    if (entries.isEmpty()) {
      throw new BundleException(origin + " is no bundle: a zip with " + MANIFEST + " was expected");
    }
    return entries;
  }

  private static byte[] required(Map<String, byte[]> entries, String name, String origin) {
    byte[] content = entries.get(name);
    if (content == null) {
      throw new BundleException(
          "The bundle " + origin + " has no " + name + "; it has " + entries.keySet());
    }
    return content;
  }

  private static Manifest manifest(byte[] json, String origin) {
    try {
      // The version is looked at first: a later format may not be readable as this one.
      int version = JSON.readTree(json).path("formatVersion").asInt(-1);
      if (version != FORMAT_VERSION) {
        throw new BundleException(
            "The bundle "
                + origin
                + " has format version "
                + version
                + "; this Whisker reads version "
                + FORMAT_VERSION
                + ". Train again, or use the Whisker that wrote it");
      }
      return JSON.readValue(json, Manifest.class);
    } catch (IOException e) {
      throw new BundleException(
          "The manifest of the bundle " + origin + " cannot be read: " + e.getMessage(), e);
    }
  }
}
