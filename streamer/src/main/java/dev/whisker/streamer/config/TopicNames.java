package dev.whisker.streamer.config;

import dev.whisker.schemas.Topics;

/**
 * The names of the topics in use.
 *
 * @param readings where devices publish
 * @param predictions one prediction a window
 * @param stateChanges changes of stable labels
 * @param deadLetters refused readings
 */
public record TopicNames(
    String readings, String predictions, String stateChanges, String deadLetters) {
  /** The default names. */
  public static final TopicNames DEFAULT =
      new TopicNames(
          Topics.READINGS, Topics.PREDICTIONS, Topics.STATE_CHANGES, Topics.DEAD_LETTERS);
}
