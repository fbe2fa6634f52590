package dev.whisker.trainer.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TanhTest {
  private static float tanh(float x) {
    float[] y = new float[1];
    Tanh.of(new float[] {x}, y, 1);
    return y[0];
  }

  @Test
  void isAFewUnitsInTheLastPlaceOff() {
    Random random = new Random(1);
    double worst = 0;
    for (int i = 0; i < 1_000_000; i++) {
      float x = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(6) - 4));
      double expected = Math.tanh(x);
      worst = Math.max(worst, Math.abs(tanh(x) - expected) / Math.max(1e-30, Math.abs(expected)));
    }
    assertThat(worst).isLessThan(5e-7);
  }

  @Test
  void whatLiesOutsideKeepsItsMeaning() {
    assertThat(tanh(0)).isZero();
    assertThat(tanh(1e30f)).isEqualTo(1, within(2e-7f));
    assertThat(tanh(-300)).isEqualTo(-1, within(2e-7f));
    assertThat(tanh(Float.NaN)).isNaN();
  }
}
