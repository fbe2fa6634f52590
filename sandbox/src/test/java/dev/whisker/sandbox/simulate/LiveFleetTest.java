package dev.whisker.sandbox.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.sandbox.machines.MachineState;
import dev.whisker.schemas.SensorReading;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LiveFleetTest {
  private static final long START = 1_000_000;
  private static final double FOREIGN_PERIOD = 77;

  @Test
  void aMachinesReadingsFollowEachOtherWithoutAGap() {
    List<SensorReading> readings = readings(1, 20);

    for (int i = 0; i < readings.size(); i++) {
      SensorReading reading = readings.get(i);
      assertThat(reading.timeMicros()).isEqualTo(START + i * 100_000L);
      assertThat(reading.timeMicros(reading.samples().count(), FOREIGN_PERIOD))
          .isEqualTo(START + (i + 1) * 100_000L);
    }
  }

  @Test
  void machinesTakeTurns() {
    assertThat(readings(3, 6))
        .extracting(SensorReading::device)
        .containsExactly(
            "machine-101",
            "machine-102",
            "machine-103",
            "machine-101",
            "machine-102",
            "machine-103");
  }

  @Test
  void theSameSeedGivesTheSameReadings() {
    assertThat(readings(2, 40)).isEqualTo(readings(2, 40));
  }

  @Test
  void aMachineVisitsEveryStateAndStaysForSixToFourteenSeconds() {
    List<String> labels = readings(1, 2_000).stream().map(SensorReading::label).toList();

    assertThat(labels)
        .containsOnly(
            Arrays.stream(MachineState.values()).map(MachineState::label).toArray(String[]::new))
        .contains(
            Arrays.stream(MachineState.values()).map(MachineState::label).toArray(String[]::new));
    int begin = 0;
    for (int i = 1; i < labels.size(); i++) {
      if (!labels.get(i).equals(labels.get(i - 1))) {
        assertThat(i - begin).isBetween(60, 141);
        begin = i;
      }
    }
  }

  private static List<SensorReading> readings(int machines, int count) {
    LiveFleet fleet = new LiveFleet(1, 101, machines, START);
    return Stream.generate(fleet::next).limit(count).toList();
  }
}
