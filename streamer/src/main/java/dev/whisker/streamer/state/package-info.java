/**
 * How a device's state is kept in the stores, as versioned bytes; imports the classifier and
 * nothing of Kafka.
 */
package dev.whisker.streamer.state;
