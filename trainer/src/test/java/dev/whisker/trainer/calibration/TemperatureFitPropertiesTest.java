package dev.whisker.trainer.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.whisker.trainer.evaluation.ClassifiedWindows;
import dev.whisker.trainer.evaluation.Reliability;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

class TemperatureFitPropertiesTest {
  @Property(tries = 10)
  void theFactorThatLogitsWereScaledByComesOut(
      @ForAll long seed, @ForAll @DoubleRange(min = 0.2, max = 8) double factor) {
    List<ClassifiedWindows> windows =
        List.of(Classified.overconfident(4_000, factor, new Random(seed)));
    assertThat(TemperatureFit.fit(windows, Classified.LABELS))
        .isCloseTo(factor, withinPercentage(15));
  }

  @Property(tries = 10)
  void theCalibrationErrorOfAnOverconfidentModelFallsOnOtherWindows(
      @ForAll long seed, @ForAll @DoubleRange(min = 2, max = 8) double factor) {
    Random random = new Random(seed);
    double temperature =
        TemperatureFit.fit(
            List.of(Classified.overconfident(2_000, factor, random)), Classified.LABELS);
    ClassifiedWindows others = Classified.overconfident(2_000, factor, random);
    assertThat(error(others.sharpened(1 / temperature))).isLessThan(error(others) / 2);
    assertThat(error(others.sharpened(1 / temperature).sharpened(temperature)))
        .isCloseTo(error(others), withinPercentage(1));
  }

  private static double error(ClassifiedWindows windows) {
    return Reliability.of(List.of(windows), Classified.LABELS).expectedCalibrationError();
  }
}
