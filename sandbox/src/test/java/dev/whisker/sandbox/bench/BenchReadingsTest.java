package dev.whisker.sandbox.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.schemas.Decoded;
import dev.whisker.schemas.JsonFormat;
import dev.whisker.schemas.ReadingDecoder;
import dev.whisker.schemas.SensorReading;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchReadingsTest {
  private static final ModelShape SHAPE = new ModelShape(20, 8, 3, 2, 1, 4, 1);

  @ParameterizedTest
  @CsvSource({"1, 53", "3, 18", "16, 4", "64, 1"})
  void ringsCutTheReadingsIntoTheWindowsThatTheyMake(int samples, int count) {
    BenchReadings readings = new BenchReadings(samples, SHAPE.channels());
    Rings rings =
        new Rings(SHAPE.length(), SHAPE.hop(), SHAPE.channels(), ModelShape.PERIOD_MICROS);
    List<float[]> windows = new ArrayList<>();
    List<Long> ends = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      rings.accept(
          decoded(readings, number),
          (device, start, end, ring) -> {
            float[] window = new float[SHAPE.values()];
            ring.copyTo(window, 0);
            windows.add(window);
            ends.add(end);
            assertThat(end - start).isEqualTo((SHAPE.length() - 1) * ModelShape.PERIOD_MICROS);
          });
    }

    assertThat(windows).hasSize((int) SHAPE.windows((long) samples * count)).isNotEmpty();
    for (int w = 0; w < windows.size(); w++) {
      long last = SHAPE.samples(w + 1) - 1;
      assertThat(ends.get(w))
          .isEqualTo(BenchReadings.BEGIN_MILLIS * 1_000 + last * ModelShape.PERIOD_MICROS);
      for (int i = 0; i < SHAPE.length(); i++) {
        int sample = w * SHAPE.hop() + i;
        for (int c = 0; c < SHAPE.channels(); c++) {
          float expected =
              readings.values(5, sample / samples)[sample % samples * SHAPE.channels() + c];
          assertThat(windows.get(w)[i * SHAPE.channels() + c]).isEqualTo(expected);
        }
      }
    }
  }

  private static SensorReading decoded(BenchReadings readings, int number) {
    ReadingDecoder decoder = new JsonFormat().readingDecoder(List.of("a", "b", "c"), 100, 100_000);
    Decoded decoded = decoder.decode(BenchReadings.key(5), readings.json(5, number));
    assertThat(decoded).isInstanceOf(Decoded.Accepted.class);
    SensorReading reading = ((Decoded.Accepted) decoded).reading();
    assertThat(BenchReadings.device(reading.device())).isEqualTo(5);
    assertThat(reading.samples().count()).isEqualTo(readings.samples());
    return reading;
  }
}
