package dev.whisker.streamer.state;

import dev.whisker.classifier.window.GridBuffer;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Some consecutive grid points of one device as bytes: what one reading added. Format 1:
 *
 * <pre>
 *   byte format | int points | float values [points][channels] | bits filled, if any | label runs
 *   a label run: int points | int bytes, -1: no label | UTF-8
 * </pre>
 */
public final class SampleChunk {
  private static final byte FORMAT = 1;
  private static final int NO_LABEL = -1;

  private SampleChunk() {}

  /**
   * Writes some of a buffer's points.
   *
   * @param from index of the first one, counted from the buffer's first point
   * @param to index after the last one
   */
  public static byte[] write(GridBuffer buffer, int from, int to) {
    int points = to - from;
    int channels = buffer.channels();
    List<Run> runs = runs(buffer, from, to);
    boolean anyFilled = false;
    for (int i = from; i < to; i++) {
      anyFilled |= buffer.isFilled(i);
    }
    int bits = anyFilled ? (points + 7) / 8 : 0;
    int size = 1 + Integer.BYTES + points * channels * Float.BYTES + 1 + bits;
    for (Run run : runs) {
      size += 2 * Integer.BYTES + run.bytes.length;
    }
    ByteBuffer out = ByteBuffer.allocate(size).put(FORMAT).putInt(points);
    out.asFloatBuffer().put(buffer.array(), buffer.place(from), points * channels);
    out.position(out.position() + points * channels * Float.BYTES);
    out.put((byte) (anyFilled ? 1 : 0));
    int bitsAt = out.position();
    for (int i = 0; anyFilled && i < points; i++) {
      if (buffer.isFilled(from + i)) {
        int at = bitsAt + i / 8;
        out.put(at, (byte) (out.get(at) | 1 << i % 8));
      }
    }
    out.position(bitsAt + bits);
    for (Run run : runs) {
      out.putInt(run.points).putInt(run.label == null ? NO_LABEL : run.bytes.length);
      out.put(run.bytes);
    }
    return out.array();
  }

  /** The number of points in a chunk; 0 if that cannot be read. */
  public static int points(byte[] chunk) {
    return form(chunk) == Fitness.FITS ? ByteBuffer.wrap(chunk).getInt(1) : 0;
  }

  /** Whether a chunk is of a known format and long enough to say how many points it has. */
  public static Fitness form(byte[] chunk) {
    if (chunk.length > 0 && chunk[0] != FORMAT) {
      return Fitness.UNKNOWN_FORMAT;
    }
    return chunk.length < 1 + Integer.BYTES ? Fitness.DAMAGED : Fitness.FITS;
  }

  /**
   * Appends some points of a chunk to a buffer, which must end where they begin.
   *
   * @param buffer stays as it was unless the chunk fits
   * @param chunk of any format and in any condition
   * @param from the first of its points, from 0
   * @param to the one after the last
   */
  public static Fitness appendTo(GridBuffer buffer, byte[] chunk, int from, int to) {
    Fitness form = form(chunk);
    if (form != Fitness.FITS) {
      return form;
    }
    try {
      return append(buffer, chunk, from, to);
    } catch (BufferUnderflowException e) {
      return Fitness.DAMAGED;
    }
  }

  private static Fitness append(GridBuffer buffer, byte[] chunk, int from, int to) {
    ByteBuffer in = ByteBuffer.wrap(chunk, 1, chunk.length - 1);
    int points = in.getInt();
    int channels = buffer.channels();
    if (points < 1 || (long) points * channels * Float.BYTES > in.remaining()) {
      return Fitness.DAMAGED;
    }
    float[] values = new float[points * channels];
    in.asFloatBuffer().get(values);
    in.position(in.position() + values.length * Float.BYTES);
    boolean anyFilled = in.get() == 1;
    int bitsAt = in.position();
    int bits = anyFilled ? (points + 7) / 8 : 0;
    if (bits > in.remaining()) {
      return Fitness.DAMAGED;
    }
    in.position(bitsAt + bits);
    List<Run> runs = new ArrayList<>(1);
    int labelled = 0;
    while (labelled < points) {
      Run run = Run.read(in, points - labelled);
      if (run == null) {
        return Fitness.DAMAGED;
      }
      runs.add(run);
      labelled += run.points;
    }
    if (in.hasRemaining()) {
      return Fitness.DAMAGED;
    }
    int point = 0;
    for (Run run : runs) {
      for (int end = point + run.points; point < end; point++) {
        if (point < from || point >= to) {
          continue;
        }
        boolean filled = anyFilled && (chunk[bitsAt + point / 8] >> point % 8 & 1) == 1;
        buffer.append(values, point * channels, filled, run.label);
      }
    }
    return Fitness.FITS;
  }

  private static List<Run> runs(GridBuffer buffer, int from, int to) {
    List<Run> runs = new ArrayList<>(1);
    int start = from;
    for (int i = from + 1; i <= to; i++) {
      if (i == to || !Objects.equals(buffer.label(i), buffer.label(start))) {
        runs.add(Run.of(i - start, buffer.label(start)));
        start = i;
      }
    }
    return runs;
  }

  private static final class Run {
    final int points;
    final String label;
    final byte[] bytes;

    private Run(int points, String label, byte[] bytes) {
      this.points = points;
      this.label = label;
      this.bytes = bytes;
    }

    static Run of(int points, String label) {
      byte[] bytes = label == null ? new byte[0] : label.getBytes(StandardCharsets.UTF_8);
      return new Run(points, label, bytes);
    }

    /** The run at a buffer's position, of at most so many points; null: there is none. */
    static Run read(ByteBuffer in, int most) {
      int points = in.getInt();
      int length = in.getInt();
      if (points < 1 || points > most || length < NO_LABEL || length > in.remaining()) {
        return null;
      }
      if (length == NO_LABEL) {
        return of(points, null);
      }
      byte[] bytes = new byte[length];
      in.get(bytes);
      return new Run(points, new String(bytes, StandardCharsets.UTF_8), bytes);
    }
  }
}
