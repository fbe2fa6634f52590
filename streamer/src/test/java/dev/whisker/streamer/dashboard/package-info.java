/** Whether the Grafana dashboard fits the metrics that the streamer makes. */
package dev.whisker.streamer.dashboard;
