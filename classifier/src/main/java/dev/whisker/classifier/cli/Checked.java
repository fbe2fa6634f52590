package dev.whisker.classifier.cli;

/** A command that can tell, before it does anything, whether its values are such as it can use. */
public interface Checked {
  /**
   * Checks the values. Those that could not be read have their defaults here, and are told beside
   * what this finds; a required one that is missing is null.
   *
   * @throws IllegalArgumentException with all that is wrong, a line each
   */
  void check();
}
