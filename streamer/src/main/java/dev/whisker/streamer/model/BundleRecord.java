package dev.whisker.streamer.model;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.BundleException;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * A bundle as a record of the models topic: its name is the key, its bytes are the value, its
 * checksum and possibly its signature are headers.
 */
public final class BundleRecord {
  /** Header: the SHA-256 of the value, hexadecimal, UTF-8. */
  public static final String SHA256 = "whisker.sha256";

  /** Header: the Ed25519 signature of the value, 64 bytes; missing where it was not signed. */
  public static final String SIGNATURE = "whisker.signature";

  private BundleRecord() {}

  /**
   * Makes the record of a bundle.
   *
   * @param bytes the bundle's file
   * @param name the model's name
   * @param key signs it; null: it is not signed
   */
  public static ProducerRecord<byte[], byte[]> of(
      String topic, byte[] bytes, String name, PrivateKey key) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, name.getBytes(StandardCharsets.UTF_8), bytes);
    Headers headers = record.headers();
    headers.add(SHA256, Bundle.sha256(bytes).getBytes(StandardCharsets.UTF_8));
    if (key != null) {
      headers.add(SIGNATURE, BundleKeys.sign(key, bytes));
    }
    return record;
  }

  /** Where a record is, for people. */
  static String place(ConsumerRecord<?, ?> record) {
    return record.topic() + "-" + record.partition() + "@" + record.offset();
  }

  /** A record's key as text; empty where it has none. */
  static String name(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
  }

  /**
   * Verifies a record and reads its bundle.
   *
   * @param trusted keys of which one must have signed it; empty: it need not be signed
   * @throws BundleException if it is not sound, not that of its key, or not signed by one of these
   */
  static Bundle read(ConsumerRecord<byte[], byte[]> record, List<PublicKey> trusted) {
    String place = place(record);
    byte[] bytes = record.value();
    Header checksum = record.headers().lastHeader(SHA256);
    if (checksum == null || checksum.value() == null) {
      throw new BundleException(
          "The record "
              + place
              + " has no header "
              + SHA256
              + "; publish bundles with 'whisker publish'");
    }
    String expected = new String(checksum.value(), StandardCharsets.UTF_8);
    String actual = Bundle.sha256(bytes);
    if (!actual.equals(expected)) {
      throw new BundleException(
          "The bundle "
              + place
              + " is damaged: its SHA-256 is "
              + actual
              + ", its header says "
              + expected
              + ". Publish it again");
    }
    if (!trusted.isEmpty()) {
      requireSigned(record, trusted);
    }
    Bundle bundle = Bundle.read(bytes, place);
    String name = bundle.manifest().name();
    if (!name.equals(name(record))) {
      throw new BundleException(
          "The bundle "
              + place
              + " is of the model '"
              + name
              + "' and published as '"
              + name(record)
              + "'; publish bundles with 'whisker publish'");
    }
    return bundle;
  }

  private static void requireSigned(
      ConsumerRecord<byte[], byte[]> record, List<PublicKey> trusted) {
    Header signature = record.headers().lastHeader(SIGNATURE);
    if (signature == null || signature.value() == null) {
      throw new BundleException(
          "The bundle "
              + place(record)
              + " is not signed; with --trusted-keys only signed bundles are served. Publish it"
              + " with 'whisker publish --key'");
    }
    for (PublicKey key : trusted) {
      if (BundleKeys.isSigned(key, record.value(), signature.value())) {
        return;
      }
    }
    throw new BundleException(
        "The bundle "
            + place(record)
            + " is not signed by any of the "
            + trusted.size()
            + " trusted keys; sign it with one of theirs, or add its public key to"
            + " --trusted-keys");
  }
}
