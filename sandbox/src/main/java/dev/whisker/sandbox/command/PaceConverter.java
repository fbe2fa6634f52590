package dev.whisker.sandbox.command;

import dev.whisker.sandbox.replay.Pace;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code max} and numbers above 0. */
final class PaceConverter implements ITypeConverter<Pace> {
  @Override
  public Pace convert(String value) {
    try {
      return Pace.parse(value);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
