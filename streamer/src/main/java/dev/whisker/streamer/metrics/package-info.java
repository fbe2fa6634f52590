/**
 * What the streamer measures and where it serves it; imports Micrometer, and of the streamer what
 * it is configured with and how fit stored state can be.
 */
package dev.whisker.streamer.metrics;
