package dev.whisker.schemas;

/**
 * The schema registry has answered, and the answer does not allow to go on; the message says what,
 * expected and the remedy.
 */
public final class RegistryException extends RuntimeException {
  /** With a message for people. */
  public RegistryException(String message) {
    super(message);
  }

  /** With a message for people and what lies behind it. */
  public RegistryException(String message, Throwable cause) {
    super(message, cause);
  }
}
