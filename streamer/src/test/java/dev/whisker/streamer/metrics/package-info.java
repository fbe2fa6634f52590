/** What is measured, by its names and its numbers. */
package dev.whisker.streamer.metrics;
