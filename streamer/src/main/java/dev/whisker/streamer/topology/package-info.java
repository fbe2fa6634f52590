/**
 * The way of a reading from topic to topic, one processor a step: decode, window, classify; imports
 * Kafka Streams, the classifier and the streamer's state and metrics.
 */
package dev.whisker.streamer.topology;
