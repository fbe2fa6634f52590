/**
 * How the streamer and the other Kafka programs are configured; imports picocli and Kafka's
 * configuration keys.
 */
package dev.whisker.streamer.config;
