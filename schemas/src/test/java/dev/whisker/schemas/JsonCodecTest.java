package dev.whisker.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonCodecTest {
  /** The years -9,999 to 9,999: what every ISO-8601 library can write. */
  private static final long FARTHEST_MICROS = 250_000_000_000L * 1_000_000;

  private static final Prediction PREDICTION =
      new Prediction(
          "d1",
          1_769_860_800_500_000L,
          1_769_860_801_000_160L,
          "healthy",
          0.75f,
          probabilities(0.75f, 0.25f),
          Prediction.Status.OK,
          "UNKNOWN",
          0.5f,
          "pumps",
          "v7",
          null);

  private static Map<String, Float> probabilities(float healthy, float fault) {
    Map<String, Float> byLabel = new LinkedHashMap<>();
    byLabel.put("healthy", healthy);
    byLabel.put("fault", fault);
    return byLabel;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aReadingReadsAsTheContractSays() {
    SensorReading reading =
        new SensorReading(
            "d1",
            1_769_860_800_500_000L,
            OptionalDouble.of(160),
            new Samples(new float[] {0.5f, -1, 2, 3}, 2),
            "healthy");
    assertThat(text(JsonCodec.encode(reading)))
        .isEqualTo(
            "{\"device\":\"d1\",\"time\":\"2026-01-31T12:00:00.500Z\",\"period\":160,"
                + "\"values\":[[0.5,-1.0],[2.0,3.0]],\"label\":\"healthy\"}");
  }

  @Test
  void aPredictionReadsAsTheContractSays() {
    assertThat(text(JsonCodec.encode(PREDICTION)))
        .isEqualTo(
            "{\"device\":\"d1\",\"windowStart\":\"2026-01-31T12:00:00.500Z\","
                + "\"windowEnd\":\"2026-01-31T12:00:01.000160Z\",\"label\":\"healthy\","
                + "\"confidence\":0.75,\"probabilities\":{\"healthy\":0.75,\"fault\":0.25},"
                + "\"status\":\"OK\",\"stableLabel\":\"UNKNOWN\",\"filled\":0.5,"
                + "\"model\":\"pumps\",\"modelVersion\":\"v7\"}");
  }

  @Test
  void aStateChangeReadsAsTheContractSays() {
    StateChange change = new StateChange("d1", "UNKNOWN", "healthy", 1_000, 0.75f, "pumps", "v7");
    assertThat(text(JsonCodec.encode(change)))
        .isEqualTo(
            "{\"device\":\"d1\",\"from\":\"UNKNOWN\",\"to\":\"healthy\","
                + "\"time\":\"1970-01-01T00:00:00.001Z\",\"confidence\":0.75,"
                + "\"model\":\"pumps\",\"modelVersion\":\"v7\"}");
  }

  @Property(tries = 300)
  void aPredictionIsReadBackAsItWas(
      @ForAll String device,
      @ForAll @LongRange(min = -FARTHEST_MICROS, max = FARTHEST_MICROS) long startMicros,
      @ForAll @FloatRange(max = 1) float confidence,
      @ForAll @Size(max = 5) Map<String, @FloatRange(max = 1) Float> probabilities,
      @ForAll Prediction.Status status,
      @ForAll String label,
      @ForAll boolean labelled)
      throws IOException {
    Prediction prediction =
        new Prediction(
            device,
            startMicros,
            startMicros + 499_840,
            label,
            confidence,
            probabilities,
            status,
            label + "'",
            1 - confidence,
            "model " + label,
            "v1",
            labelled ? label : null);
    assertThat(JsonCodec.decodePrediction(JsonCodec.encode(prediction))).isEqualTo(prediction);
  }

  @Property(tries = 300)
  void aStateChangeIsReadBackAsItWas(
      @ForAll String device,
      @ForAll String from,
      @ForAll String to,
      @ForAll @LongRange(min = -FARTHEST_MICROS, max = FARTHEST_MICROS) long timeMicros,
      @ForAll @FloatRange(max = 1) float confidence)
      throws IOException {
    StateChange change = new StateChange(device, from, to, timeMicros, confidence, "m", "v1");
    assertThat(JsonCodec.decodeStateChange(JsonCodec.encode(change))).isEqualTo(change);
  }

  @Test
  void theProbabilitiesKeepTheirOrder() throws IOException {
    Prediction read = JsonCodec.decodePrediction(JsonCodec.encode(PREDICTION));
    assertThat(read.probabilities().keySet()).containsExactly("healthy", "fault");
  }

  @Test
  void fieldsOfALaterVersionArePassedOver() throws IOException {
    String later =
        text(JsonCodec.encode(PREDICTION)).replaceFirst("\\{", "{\"new\":{\"label\":[1]},\"n\":1,");
    assertThat(JsonCodec.decodePrediction(bytes(later))).isEqualTo(PREDICTION);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"device\":\"d1\"|\"device\":7|device",
        "\"label\":\"healthy\"|\"label\":null|label",
        "\"confidence\":0.75|\"confidence\":\"0.75\"|confidence",
        "\"filled\":0.5|\"filed\":0.5|filled",
        "\"status\":\"OK\"|\"status\":\"FINE\"|FINE",
        "2026-01-31T12:00:00.500Z|yesterday|windowStart",
        "2026-01-31T12:00:00.500Z|+999999999-01-01T00:00:00Z|windowStart",
        "\"probabilities\":{\"healthy\":0.75|\"probabilities\":{\"healthy\":[]|numeric",
        "\"probabilities\":{|\"other\":{|probabilities",
      })
  void aBrokenPredictionIsToldByItsField(String part, String broken, String message) {
    String whole = text(JsonCodec.encode(PREDICTION));
    assertThat(whole).contains(part);
    assertThatThrownBy(() -> JsonCodec.decodePrediction(bytes(whole.replace(part, broken))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }

  @Test
  void whatIsNoObjectIsNoPrediction() {
    for (byte[] value : new byte[][] {null, {}, bytes("[]"), bytes("x"), bytes("{\"device\":")}) {
      assertThatThrownBy(() -> JsonCodec.decodePrediction(value)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> JsonCodec.decodeStateChange(value)).isInstanceOf(IOException.class);
    }
  }
}
