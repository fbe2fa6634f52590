package dev.whisker.schemas;

import java.io.IOException;
import java.util.List;

/** Records as JSON: {@link JsonCodec} and {@link JsonReadingDecoder}. Needs no other service. */
public final class JsonFormat implements ValueFormat {
  @Override
  public ReadingDecoder readingDecoder(List<String> channels, int maxSamples, int maxBytes) {
    return new JsonReadingDecoder(channels, maxSamples, maxBytes);
  }

  @Override
  public byte[] encode(String topic, SensorReading reading) {
    return JsonCodec.encode(reading);
  }

  @Override
  public byte[] encode(String topic, Prediction prediction) {
    return JsonCodec.encode(prediction);
  }

  @Override
  public byte[] encode(String topic, StateChange change) {
    return JsonCodec.encode(change);
  }

  @Override
  public Prediction decodePrediction(byte[] value) throws IOException {
    return JsonCodec.decodePrediction(value);
  }

  @Override
  public StateChange decodeStateChange(byte[] value) throws IOException {
    return JsonCodec.decodeStateChange(value);
  }
}
