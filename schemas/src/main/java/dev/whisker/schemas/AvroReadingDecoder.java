package dev.whisker.schemas;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.io.Decoder;

/**
 * Reads readings in Avro, values straight into an array and by the block where the writer's schema
 * is this program's own. Not thread-safe: it reuses its buffers.
 */
final class AvroReadingDecoder implements ReadingDecoder {
  private final List<String> channels;
  private final int maxSamples;
  private final int maxBytes;
  private final AvroRecords records;
  private float[] buffer;
  private int size;
  private String device;
  private long timeMicros;
  private OptionalDouble periodMicros = OptionalDouble.empty();
  private String label;

  AvroReadingDecoder(
      Schema reader, SchemaRegistry registry, List<String> channels, int maxSamples, int maxBytes) {
    this.channels = List.copyOf(channels);
    this.maxSamples = maxSamples;
    this.maxBytes = maxBytes;
    this.records = new AvroRecords(reader, registry);
    this.buffer = new float[64 * channels.size()];
  }

  @Override
  public Decoded decode(byte[] key, byte[] value) {
    try {
      return new Decoded.Accepted(read(key, value));
    } catch (Refusal refusal) {
      return refusal.decoded();
    }
  }

  private SensorReading read(byte[] key, byte[] value) throws Refusal {
    ReadingRules.requireSize(value, maxBytes);
    size = 0;
    records.read(value, this::field);
    String owner = ReadingRules.device(key, device);
    if (size == 0) {
      throw ReadingRules.noValues(owner);
    }
    if (size % channels.size() != 0) {
      throw ReadingRules.wrongChannels(
          channels, "the reading's " + size + " values are no whole number of samples");
    }
    for (int i = 0; i < size; i++) {
      if (!Float.isFinite(buffer[i])) {
        throw ReadingRules.notFinite(channels.get(i % channels.size()), Float.toString(buffer[i]));
      }
    }
    return new SensorReading(
        owner,
        timeMicros,
        periodMicros,
        new Samples(Arrays.copyOf(buffer, size), channels.size()),
        ReadingRules.label(label));
  }

  private void field(Schema.Field field, Decoder in, TimeUnit unit) throws IOException, Refusal {
    switch (field.name()) {
      case "device" -> device = text(in, "'device'");
      case "time" -> timeMicros = TimeUnit.MICROSECONDS.convert(in.readLong(), unit);
      case "period" ->
          periodMicros = isNull(in) ? OptionalDouble.empty() : ReadingRules.period(in.readDouble());
      case "values" -> values(in);
      case "label" -> label = text(in, "'label'");
      default -> throw new IllegalStateException("The reading has a new field " + field.name());
    }
  }

  /** All optional fields are unions of null and a type, in this order. */
  private static boolean isNull(Decoder in) throws IOException {
    if (in.readIndex() != 0) {
      return false;
    }
    in.readNull();
    return true;
  }

  private static String text(Decoder in, String what) throws IOException, Refusal {
    return isNull(in) ? null : ReadingRules.limited(in.readString(), what);
  }

  private void values(Decoder in) throws IOException, Refusal {
    for (long count = in.readArrayStart(); count > 0; count = in.arrayNext()) {
      if (size + count > (long) maxSamples * channels.size()) {
        throw ReadingRules.tooManySamples(maxSamples);
      }
      int end = size + (int) count;
      if (end > buffer.length) {
        buffer = Arrays.copyOf(buffer, Math.max(end, 2 * buffer.length));
      }
      if (in instanceof AvroInput input) {
        input.readFloats(buffer, size, (int) count);
        size = end;
      } else {
        while (size < end) {
          buffer[size] = in.readFloat();
          size++;
        }
      }
    }
  }
}
