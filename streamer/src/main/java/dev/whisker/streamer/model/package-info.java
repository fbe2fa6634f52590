/**
 * Which model is served: bundles on their topic, their signatures, and the swap while records are
 * processed; imports Kafka's clients, the classifier and the streamer's state and metrics.
 */
package dev.whisker.streamer.model;
