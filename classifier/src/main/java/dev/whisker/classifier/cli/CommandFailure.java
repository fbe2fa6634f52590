package dev.whisker.classifier.cli;

/** A command cannot do its work; the message says what, actual, expected and the remedy. */
public final class CommandFailure extends RuntimeException {
  /** With a message for people. */
  public CommandFailure(String message) {
    super(message);
  }

  /** With a message for people and what lies behind it. */
  public CommandFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
