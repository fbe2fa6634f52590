package dev.whisker.trainer.recording;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One {@link String} for each distinct text in the bytes of a column. Not thread-safe. */
final class TextPool {
  private byte[][] texts = new byte[64][];
  private String[] strings = new String[64];
  private int size;
  private int latest;

  /** The string that the bytes spell in UTF-8, the same instance for the same bytes. */
  String string(byte[] bytes, int from, int to) {
    if (matches(latest, bytes, from, to)) {
      return strings[latest];
    }
    int slot = slot(bytes, from, to);
    if (texts[slot] == null) {
      if (2 * size >= texts.length) {
        grow();
        slot = slot(bytes, from, to);
      }
      texts[slot] = Arrays.copyOfRange(bytes, from, to);
      strings[slot] = new String(texts[slot], StandardCharsets.UTF_8);
      size++;
    }
    latest = slot;
    return strings[slot];
  }

  private boolean matches(int slot, byte[] bytes, int from, int to) {
    byte[] text = texts[slot];
    return text != null && Arrays.equals(text, 0, text.length, bytes, from, to);
  }

  private int slot(byte[] bytes, int from, int to) {
    int hash = 1;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + bytes[i];
    }
    int slot = (hash ^ hash >>> 16) & (texts.length - 1);
    while (texts[slot] != null && !matches(slot, bytes, from, to)) {
      slot = (slot + 1) & (texts.length - 1);
    }
    return slot;
  }

  private void grow() {
    byte[][] oldTexts = texts;
    String[] oldStrings = strings;
    texts = new byte[2 * oldTexts.length][];
    strings = new String[texts.length];
    for (int i = 0; i < oldTexts.length; i++) {
      if (oldTexts[i] != null) {
        int slot = slot(oldTexts[i], 0, oldTexts[i].length);
        texts[slot] = oldTexts[i];
        strings[slot] = oldStrings[i];
      }
    }
  }
}
