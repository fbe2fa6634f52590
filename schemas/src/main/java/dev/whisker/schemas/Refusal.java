package dev.whisker.schemas;

/** Ends the reading of one record; it carries no stack trace, being an expected result. */
final class Refusal extends Exception {
  private final transient Reason reason;

  Refusal(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  Decoded.Refused decoded() {
    return new Decoded.Refused(reason, getMessage());
  }
}
