package dev.whisker.streamer.topology;

import dev.whisker.classifier.window.Window;

/**
 * A window that is due, and what made it so.
 *
 * @param window valid only while it is processed
 * @param offset of the reading that completed it; {@link CommitFrontier#CLOCK}: the clock did
 * @param arrivedMillis when that reading arrived, or the clock's time; milliseconds since the epoch
 */
record DueWindow(Window window, long offset, long arrivedMillis) {}
