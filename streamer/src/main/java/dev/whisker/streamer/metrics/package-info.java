/** What the streamer measures and where it serves it; imports Micrometer and the stored state. */
package dev.whisker.streamer.metrics;
