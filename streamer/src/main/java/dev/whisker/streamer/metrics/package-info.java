/** What the streamer measures and where it serves it; imports Micrometer. */
package dev.whisker.streamer.metrics;
