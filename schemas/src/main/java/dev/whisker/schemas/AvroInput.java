package dev.whisker.schemas;

import java.io.EOFException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;

/**
 * Avro's binary encoding out of an array. Unlike Avro's own decoder it believes no length before it
 * has seen that there are as many bytes, so that a broken record takes no memory, and it reads
 * floats by the block. Not thread-safe.
 *
 * @see <a href="https://avro.apache.org/docs/1.12.0/specification/#binary-encoding">Avro: binary
 *     encoding</a>
 */
final class AvroInput extends Decoder {
  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle DOUBLE =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes = {};
  private int at;

  /** Reads an array from a place on. */
  void open(byte[] value, int start) {
    bytes = value;
    at = start;
  }

  /** How many bytes are left. */
  int left() {
    return bytes.length - at;
  }

  /** Takes bytes and returns where they begin. */
  private int take(long count) throws IOException {
    if (count < 0 || count > left()) {
      throw new EOFException(
          count + " bytes were expected at byte " + at + " and " + left() + " are there");
    }
    int from = at;
    at += (int) count;
    return from;
  }

  @Override
  public void readNull() {}

  @Override
  public boolean readBoolean() throws IOException {
    return bytes[take(1)] != 0;
  }

  @Override
  public int readInt() throws IOException {
    long value = readLong();
    if (value != (int) value) {
      throw new IOException("A 32-bit number was expected before byte " + at + ", not " + value);
    }
    return (int) value;
  }

  @Override
  public long readLong() throws IOException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = bytes[take(1)];
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value >>> 1 ^ -(value & 1);
      }
    }
    throw new IOException("The number that ends at byte " + at + " is longer than 64 bits");
  }

  @Override
  public float readFloat() throws IOException {
    return (float) FLOAT.get(bytes, take(Float.BYTES));
  }

  /** Reads floats that follow each other, as those of one block of an array do. */
  void readFloats(float[] into, int start, int count) throws IOException {
    int from = take((long) count * Float.BYTES);
    for (int i = 0; i < count; i++) {
      into[start + i] = (float) FLOAT.get(bytes, from + i * Float.BYTES);
    }
  }

  @Override
  public double readDouble() throws IOException {
    return (double) DOUBLE.get(bytes, take(Double.BYTES));
  }

  @Override
  public Utf8 readString(Utf8 old) throws IOException {
    return new Utf8(readString());
  }

  /** Text that is not UTF-8 is refused: two device ids could become one. */
  @Override
  public String readString() throws IOException {
    int length = readInt();
    int from = take(length);
    return StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(bytes, from, length))
        .toString();
  }

  @Override
  public void skipString() throws IOException {
    skipBytes();
  }

  @Override
  public ByteBuffer readBytes(ByteBuffer old) throws IOException {
    int length = readInt();
    int from = take(length);
    return ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, from + length));
  }

  @Override
  public void skipBytes() throws IOException {
    var unused = take(readLong());
  }

  @Override
  public void readFixed(byte[] into, int start, int length) throws IOException {
    System.arraycopy(bytes, take(length), into, start, length);
  }

  @Override
  public void skipFixed(int length) throws IOException {
    var unused = take(length);
  }

  @Override
  public int readEnum() throws IOException {
    return readInt();
  }

  @Override
  public int readIndex() throws IOException {
    return readInt();
  }

  @Override
  public long readArrayStart() throws IOException {
    return arrayNext();
  }

  /** The number of items in the next block; its size in bytes, if it is there, is passed over. */
  @Override
  public long arrayNext() throws IOException {
    long count = readLong();
    if (count < 0) {
      var unused = readLong();
      count = -count;
    }
    return possible(count);
  }

  /** No item is shorter than a byte, but for those that say nothing. */
  private long possible(long count) throws IOException {
    if (count < 0 || count > left()) {
      throw new EOFException(
          count + " items were announced before byte " + at + " and " + left() + " bytes follow");
    }
    return count;
  }

  @Override
  public long skipArray() throws IOException {
    long count = readLong();
    while (count < 0) {
      var unused = take(readLong());
      count = readLong();
    }
    return possible(count);
  }

  @Override
  public long readMapStart() throws IOException {
    return arrayNext();
  }

  @Override
  public long mapNext() throws IOException {
    return arrayNext();
  }

  @Override
  public long skipMap() throws IOException {
    return skipArray();
  }
}
