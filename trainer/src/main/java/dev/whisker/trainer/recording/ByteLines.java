package dev.whisker.trainer.recording;

import java.io.IOException;
import java.io.InputStream;

/** The lines of a stream of bytes, each as a range of one buffer. Not thread-safe. */
final class ByteLines {
  private static final int FIRST_ROOM = 1 << 18;
  private static final int MOST_BYTES_A_LINE = 1 << 24;

  private final InputStream in;
  private byte[] buffer = new byte[FIRST_ROOM];
  private int position;
  private int limit;
  private boolean ended;
  private int begin;
  private int end;
  private long number;

  ByteLines(InputStream in) {
    this.in = in;
  }

  /**
   * Moves to the next line that is not empty.
   *
   * @return false at the end of the stream
   */
  boolean next() throws IOException {
    do {
      if (!advance()) {
        return false;
      }
    } while (begin == end);
    return true;
  }

  /**
   * Moves to the next line, which may be empty.
   *
   * @return false at the end of the stream
   */
  boolean nextEvenIfEmpty() throws IOException {
    return advance();
  }

  /** The buffer that holds the line until the next call of {@link #next}. */
  byte[] bytes() {
    return buffer;
  }

  /** Where the line begins in the buffer. */
  int begin() {
    return begin;
  }

  /** Where it ends, without the line break. */
  int end() {
    return end;
  }

  /** Leaves out the line's end, from the given place of the buffer on. */
  void shorten(int newEnd) {
    end = newEnd;
  }

  /** The number of the line, from 1. */
  long number() {
    return number;
  }

  private boolean advance() throws IOException {
    int search = position;
    while (true) {
      int stop = lineBreak(search);
      if (stop >= 0) {
        line(stop);
        position = stop + 1;
        return true;
      }
      int searched = limit - position;
      if (ended || !fill()) {
        ended = true;
        if (position == limit) {
          return false;
        }
        line(limit);
        position = limit;
        return true;
      }
      search = position + searched;
    }
  }

  private void line(int stop) {
    number++;
    begin = position;
    end = stop;
    if (end > begin && buffer[end - 1] == '\r') {
      end--;
    }
  }

  private int lineBreak(int from) {
    byte[] bytes = buffer;
    for (int i = from; i < limit; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** Keeps what is not used yet, in front, and reads more behind it. */
  private boolean fill() throws IOException {
    int rest = limit - position;
    if (rest >= MOST_BYTES_A_LINE) {
      throw new IOException("line " + (number + 1) + " is longer than " + rest + " bytes");
    }
    byte[] from = buffer;
    if (rest > buffer.length / 2) {
      buffer = new byte[2 * buffer.length];
    }
    System.arraycopy(from, position, buffer, 0, rest);
    position = 0;
    limit = rest;
    int read = in.read(buffer, limit, buffer.length - limit);
    if (read < 0) {
      return false;
    }
    limit += read;
    return true;
  }
}
