package dev.whisker.classifier.bundle;

/** A bundle is refused; the message says what, where and what was expected. */
public final class BundleException extends RuntimeException {
  /** With a message for people. */
  public BundleException(String message) {
    super(message);
  }

  /** With a message for people and what lies behind it. */
  public BundleException(String message, Throwable cause) {
    super(message, cause);
  }
}
