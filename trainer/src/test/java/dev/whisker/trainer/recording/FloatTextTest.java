package dev.whisker.trainer.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FloatTextTest {
  @Property
  void everyFloatIsReadBackAsItself(@ForAll float value) {
    if (Float.isFinite(value)) {
      assertSameAsParseFloat(Float.toString(value));
    }
  }

  @Property
  void everyDoubleIsRoundedOnce(@ForAll double value, @ForAll @IntRange(max = 17) int decimals) {
    if (Double.isFinite(value) && Math.abs(value) < Float.MAX_VALUE) {
      assertSameAsParseFloat(Double.toString(value));
      assertSameAsParseFloat(String.format(Locale.ROOT, "%." + decimals + "f", value));
    }
  }

  @Property
  void numbersNextToTheMiddleOfTwoFloatsAreRoundedToTheNearerOne(
      @ForAll @IntRange(min = 1, max = (1 << 24) - 2) int floats, @ForAll boolean above) {
    // An integer between two floats of 2^24 and more is their middle.
    String middle = String.valueOf((1L << 25) + 4L * floats + 2);
    assertSameAsParseFloat(middle);
    assertSameAsParseFloat(middle + (above ? ".000000001" : ".0"));
    assertSameAsParseFloat(middle + (above ? ".00000000000000000001" : ".0"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "+1.5",
        ".5",
        "5.",
        "1e3",
        "1E-3",
        "-2.5e+2",
        "0.1",
        "3.4028235e38",
        "1.4e-45",
        "1e-60",
        "1.17549435E-38",
        "16777217",
        "9007199254740993",
        "0.000000000000000000001",
        "123456789012345678901234567890",
        "0.30000001192092895507812500000001"
      })
  void decimalFormsAreReadAsParseFloatReadsThem(String text) {
    assertSameAsParseFloat(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        ".",
        "abc",
        "1,5",
        "1.2.3",
        "NaN",
        "Infinity",
        "-inf",
        "0x1p3",
        "1f",
        "1d",
        "1e",
        "1e99",
        "1 2"
      })
  void whatIsNoFiniteDecimalNumberIsRefused(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> FloatText.parse(bytes, 0, bytes.length))
        .isInstanceOf(NumberFormatException.class);
  }

  private static void assertSameAsParseFloat(String text) {
    byte[] bytes = ("x" + text + "x").getBytes(StandardCharsets.UTF_8);
    assertThat(FloatText.parse(bytes, 1, bytes.length - 1))
        .as(text)
        .isEqualTo(Float.parseFloat(text));
  }
}
