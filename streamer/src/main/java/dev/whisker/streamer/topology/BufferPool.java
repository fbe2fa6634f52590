package dev.whisker.streamer.topology;

import dev.whisker.classifier.window.GridBuffer;
import dev.whisker.classifier.window.WindowSpec;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Buffers that are used again and again. One that windows are views on is held until they are done
 * with. Not thread-safe.
 */
final class BufferPool {
  private final WindowSpec spec;
  private final int channels;
  private final Deque<GridBuffer> free = new ArrayDeque<>();
  private final Set<GridBuffer> held = Collections.newSetFromMap(new IdentityHashMap<>());
  private long heldValues;

  /** No buffers yet. */
  BufferPool(WindowSpec spec, int channels) {
    this.spec = spec;
    this.channels = channels;
  }

  /** An empty buffer; see {@link GridBuffer#reset}. */
  GridBuffer take(long beginMicros, long first) {
    GridBuffer buffer = free.isEmpty() ? new GridBuffer(spec, channels) : free.pop();
    buffer.reset(beginMicros, first);
    return buffer;
  }

  /** Keeps a buffer as it is until {@link #release}, whether it is given back or not. */
  void hold(GridBuffer buffer) {
    if (held.add(buffer)) {
      heldValues += (long) buffer.count() * channels;
    }
  }

  /** The buffer may be used again, unless it is held. */
  void giveBack(GridBuffer buffer) {
    if (!held.contains(buffer)) {
      free.push(buffer);
    }
  }

  /** The buffer is another's from now on. */
  void giveAway(GridBuffer buffer) {
    held.remove(buffer);
  }

  /** Values in all buffers that are held. */
  long heldValues() {
    return heldValues;
  }

  /** The windows are done with. */
  void release() {
    held.forEach(free::push);
    held.clear();
    heldValues = 0;
  }
}
