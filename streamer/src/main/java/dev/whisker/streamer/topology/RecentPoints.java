package dev.whisker.streamer.topology;

import dev.whisker.classifier.window.GridBuffer;
import dev.whisker.classifier.window.ResamplerState;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The grid points of devices that their next windows need, on the heap, so that a window that is
 * due is a view on them and nothing is read from the samples store. What is here is in the store as
 * well: it may be forgotten at any time, and a device that finds no room is read from there.
 *
 * <p>Of one task; not thread-safe. The room is shared among all tasks of a process.
 */
final class RecentPoints {
  /** A chunk's numbers, in a queue. */
  private static final int CHUNK_BYTES = 48;

  /** The entry, the id and the objects around the arrays. */
  private static final int DEVICE_BYTES = 300;

  /** A device's size is told in steps, so that the count that is shared seldom changes. */
  private static final int STEP_BYTES = 256;

  private final Room room;
  private final Map<String, Device> devices = new HashMap<>();

  RecentPoints(Room room) {
    this.room = room;
  }

  /** How many bytes all tasks of a process may take together. Thread-safe. */
  static final class Room {
    private final long most;
    private final AtomicLong taken = new AtomicLong();

    /** So many bytes. */
    Room(long most) {
      this.most = most;
    }

    /** An eighth of the heap. */
    static Room ofHeap() {
      return new Room(Runtime.getRuntime().maxMemory() / 8);
    }

    private boolean take(long bytes) {
      if (taken.addAndGet(bytes) <= most || bytes <= 0) {
        return true;
      }
      taken.addAndGet(-bytes);
      return false;
    }
  }

  /**
   * A chunk in the samples store.
   *
   * @param beginMicros the time of the grid's point 0
   * @param point its first point
   * @param end the point after its last one
   */
  record Chunk(long beginMicros, long point, long end) {}

  /** One device. */
  static final class Device {
    private GridBuffer points;
    private final Deque<Chunk> chunks;
    private long bytes;

    private Device(GridBuffer points, Deque<Chunk> chunks) {
      this.points = points;
      this.chunks = chunks;
    }

    /** Its latest points, up to the one that its resampler expects next. */
    GridBuffer points() {
      return points;
    }

    /** Its points are others from now on: its grid begins anew. */
    void restart(GridBuffer others) {
      points = others;
    }

    /** All of its chunks in the store, oldest first: not a copy. */
    Deque<Chunk> chunks() {
      return chunks;
    }

    private long size() {
      long bytes = DEVICE_BYTES + points.bytes() + (long) CHUNK_BYTES * chunks.size();
      return (bytes + STEP_BYTES - 1) / STEP_BYTES * STEP_BYTES;
    }
  }

  /**
   * A device's points; null: they are not here, or are not those that a state goes on from, and are
   * forgotten then.
   */
  Device find(String id, ResamplerState state) {
    Device device = devices.get(id);
    if (device == null) {
      return null;
    }
    GridBuffer points = device.points;
    if (state.begun()
        && points.beginMicros() == state.beginMicros()
        && points.end() == state.next()) {
      return device;
    }
    forget(id);
    return null;
  }

  /**
   * Keeps a device's points, if there is room.
   *
   * @param points all that its next windows need; belongs to it from now on
   * @param chunks all of its chunks in the store; belongs to it from now on
   * @return whether there was
   */
  boolean keep(String id, GridBuffer points, Deque<Chunk> chunks) {
    Device device = new Device(points, chunks);
    long size = device.size();
    if (!room.take(size)) {
      return false;
    }
    device.bytes = size;
    devices.put(id, device);
    return true;
  }

  /** A device has grown or shrunk: if there is no room for it any more, it is forgotten. */
  void resized(String id, Device device) {
    long size = device.size();
    if (size == device.bytes || room.take(size - device.bytes)) {
      device.bytes = size;
    } else {
      forget(id);
    }
  }

  /** Forgets a device, if it is here. */
  void forget(String id) {
    Device device = devices.remove(id);
    if (device != null) {
      room.take(-device.bytes);
    }
  }

  /** Forgets all devices. */
  void clear() {
    devices.values().forEach(device -> room.take(-device.bytes));
    devices.clear();
  }
}
