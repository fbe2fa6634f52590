package dev.whisker.streamer.batch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Consecutive records of one partition as the value of one record. It never leaves the process, so
 * its format has no version:
 *
 * <pre>
 *   int records | records
 *   a record: long offset | long timestamp | int headers | headers | bytes key | bytes value
 *   a header: bytes name | bytes value
 *   bytes: int length, -1: null | bytes
 * </pre>
 */
public final class ReadingBatch {
  private static final int NULL = -1;

  private ReadingBatch() {}

  /** Writes records, at least one, oldest first. */
  public static byte[] write(List<ConsumerRecord<byte[], byte[]>> records) {
    int size = Integer.BYTES;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      size += 2 * Long.BYTES + Integer.BYTES + size(record.key()) + size(record.value());
      for (Header header : record.headers()) {
        size += size(name(header)) + size(header.value());
      }
    }
    ByteBuffer out = ByteBuffer.allocate(size).putInt(records.size());
    for (ConsumerRecord<byte[], byte[]> record : records) {
      Header[] headers = record.headers().toArray();
      out.putLong(record.offset()).putLong(record.timestamp()).putInt(headers.length);
      for (Header header : headers) {
        put(out, name(header));
        put(out, header.value());
      }
      put(out, record.key());
      put(out, record.value());
    }
    return out.array();
  }

  /** Reads what {@link #write} wrote. */
  public static List<RawReading> read(byte[] batch) {
    ByteBuffer in = ByteBuffer.wrap(batch);
    int records = in.getInt();
    List<RawReading> readings = new ArrayList<>(records);
    for (int i = 0; i < records; i++) {
      long offset = in.getLong();
      long timestampMillis = in.getLong();
      Headers headers = new RecordHeaders();
      for (int count = in.getInt(); count > 0; count--) {
        headers.add(new String(bytes(in), StandardCharsets.UTF_8), bytes(in));
      }
      readings.add(new RawReading(offset, timestampMillis, headers, bytes(in), bytes(in)));
    }
    return readings;
  }

  private static byte[] name(Header header) {
    return header.key().getBytes(StandardCharsets.UTF_8);
  }

  private static int size(byte[] bytes) {
    return Integer.BYTES + (bytes == null ? 0 : bytes.length);
  }

  private static void put(ByteBuffer out, byte[] bytes) {
    if (bytes == null) {
      out.putInt(NULL);
    } else {
      out.putInt(bytes.length).put(bytes);
    }
  }

  private static byte[] bytes(ByteBuffer in) {
    int length = in.getInt();
    if (length == NULL) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
