package dev.whisker.streamer.command;

import dev.whisker.streamer.config.StreamerConfig.Guarantee;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code exactly-once} and {@code at-least-once}. */
final class GuaranteeConverter implements ITypeConverter<Guarantee> {
  @Override
  public Guarantee convert(String value) {
    try {
      return Guarantee.valueOf(value.toUpperCase(Locale.ROOT).replace('-', '_'));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(
          "'" + value + "' is no guarantee; expected exactly-once or at-least-once");
    }
  }
}
