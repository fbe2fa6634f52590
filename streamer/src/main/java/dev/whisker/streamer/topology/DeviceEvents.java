package dev.whisker.streamer.topology;

import java.util.List;

/**
 * What some of a batch's readings, or the clock, have led to.
 *
 * @param events those of a device in order
 * @param firstOffset of the batch's first reading; {@link CommitFrontier#CLOCK}: the clock
 */
record DeviceEvents(List<DeviceEvent> events, long firstOffset) {}
