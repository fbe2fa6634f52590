package dev.whisker.sandbox.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FleetTest {
  @ParameterizedTest
  @CsvSource({"16, 100", "1, 100", "16, 3", "16, 1", "64, 7", "128, 2"})
  void itKnowsHowManyWindowsItsTurnsMakeWhichAreDueEvenly(int samples, int devices) {
    ModelShape model = ModelShape.A;
    Fleet fleet = new Fleet(model, new BenchReadings(samples, model.channels()), devices);
    long turns = fleet.turns(5);
    long windows = 0;
    long fewest = Long.MAX_VALUE;
    for (int device = 0; device < devices; device++) {
      long readings = 0;
      for (long turn = 0; turn < turns; turn++) {
        if (fleet.reading(turn, device) >= 0) {
          assertThat(fleet.reading(turn, device)).isEqualTo(readings);
          readings++;
        }
      }
      windows += model.windows(readings * samples);
      fewest = Math.min(fewest, model.windows(readings * samples));
    }

    assertThat(fleet.windows(turns)).isEqualTo(windows);
    assertThat(fewest).isGreaterThanOrEqualTo(5);
    // A hop later all devices have had a window more.
    if (samples <= model.hop()) {
      assertThat(fleet.windows(turns + model.hop() / samples) - windows).isEqualTo(devices);
      assertThat(fleet.windows(turns + 1) - windows)
          .isBetween(0L, (long) Math.ceil((double) devices * samples / model.hop()));
    }
  }
}
