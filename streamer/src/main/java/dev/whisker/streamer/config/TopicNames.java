package dev.whisker.streamer.config;

import dev.whisker.schemas.Topics;

/**
 * The names of the topics in use.
 *
 * @param readings where devices publish
 * @param predictions one prediction a window
 * @param stateChanges changes of stable labels
 * @param deadLetters refused readings
 * @param models published bundles
 * @param shadow what a shadow model predicts
 */
public record TopicNames(
    String readings,
    String predictions,
    String stateChanges,
    String deadLetters,
    String models,
    String shadow) {
  /** The default names. */
  public static final TopicNames DEFAULT =
      new TopicNames(
          Topics.READINGS,
          Topics.PREDICTIONS,
          Topics.STATE_CHANGES,
          Topics.DEAD_LETTERS,
          Topics.MODELS,
          Topics.SHADOW);
}
