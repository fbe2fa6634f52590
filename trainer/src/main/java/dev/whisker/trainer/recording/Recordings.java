package dev.whisker.trainer.recording;

import dev.whisker.classifier.cli.CommandFailure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A set of recordings with the same channels.
 *
 * @param channels the channels' names, in order
 * @param recordings one a device, sorted by device id
 * @param sha256 a checksum of their content, hexadecimal: the same for the same samples, whatever
 *     files they were read from
 * @param series whether each of them is one series, to be classified as a whole
 * @param asOf when the newest of their files was written, or the newest sample of a topic was
 *     taken; null: unknown
 */
public record Recordings(
    List<String> channels,
    List<Recording> recordings,
    String sha256,
    boolean series,
    Instant asOf) {
  /** Copies both lists. */
  public Recordings {
    channels = List.copyOf(channels);
    recordings = List.copyOf(recordings);
  }

  /**
   * Recordings with their checksum.
   *
   * @param channels the channels' names, in order
   * @param recordings one a device, in any order
   */
  public static Recordings of(List<String> channels, List<Recording> recordings) {
    return of(channels, recordings, false);
  }

  /**
   * Recordings with their checksum.
   *
   * @param channels the channels' names, in order
   * @param recordings one a device, in any order
   * @param series whether each of them is one series
   */
  public static Recordings of(List<String> channels, List<Recording> recordings, boolean series) {
    List<Recording> sorted =
        recordings.stream().sorted(Comparator.comparing(Recording::device)).toList();
    return new Recordings(channels, sorted, checksum(channels, sorted), series, null);
  }

  /** The same recordings, of the given time. */
  Recordings withAsOf(Instant time) {
    return new Recordings(channels, recordings, sha256, series, time);
  }

  /**
   * The same recordings with only the given channels, in the given order.
   *
   * @throws CommandFailure if one of them is not there
   */
  public Recordings withChannels(List<String> wanted) {
    if (wanted.equals(channels)) {
      return this;
    }
    if (!channels.containsAll(wanted)) {
      throw new CommandFailure(
          "The recordings have the channels "
              + channels
              + "; the model expects "
              + wanted
              + ". Rename the columns, or train a model on these channels");
    }
    int[] places = wanted.stream().mapToInt(channels::indexOf).toArray();
    return of(wanted, recordings.stream().map(one -> one.withChannels(places)).toList(), series)
        .withAsOf(asOf);
  }

  /**
   * The same recordings without those whose values and labels another one before them has: in two
   * parts of a split they would make a test of what was learnt by heart. The checksum stays that of
   * all.
   */
  public Recordings withoutCopies() {
    Map<Integer, List<Recording>> byHash = new HashMap<>();
    List<Recording> kept = new ArrayList<>();
    for (Recording recording : recordings) {
      List<Recording> alike =
          byHash.computeIfAbsent(recording.contentHash(), hash -> new ArrayList<>());
      if (alike.stream().noneMatch(recording::hasContentOf)) {
        alike.add(recording);
        kept.add(recording);
      }
    }
    return new Recordings(channels, kept, sha256, series, asOf);
  }

  /**
   * What of these recordings has the values of other ones, for people: a test on them is one of
   * what was learnt by heart. Empty: nothing.
   */
  public Optional<String> copiesOf(Recordings others) {
    Map<Integer, List<Recording>> byHash = new HashMap<>();
    others
        .recordings()
        .forEach(
            one -> byHash.computeIfAbsent(one.valueHash(), hash -> new ArrayList<>()).add(one));
    int copies = 0;
    String first = "";
    for (Recording recording : recordings) {
      Optional<Recording> original =
          byHash.getOrDefault(recording.valueHash(), List.of()).stream()
              .filter(recording::hasValuesOf)
              .findFirst();
      if (original.isPresent()) {
        first = copies == 0 ? recording.device() + " those of " + original.get().device() : first;
        copies++;
      }
    }
    return copies == 0
        ? Optional.empty()
        : Optional.of(
            copies
                + " of "
                + recordings.size()
                + " recordings to test on have exactly the values of a training recording, "
                + first
                + ": their score says little of new recordings");
  }

  private static String checksum(List<String> channels, List<Recording> recordings) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
    channels.forEach(channel -> text(digest, channel));
    for (Recording recording : recordings) {
      text(digest, recording.device());
      samples(digest, recording);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void samples(MessageDigest digest, Recording recording) {
    int channels = recording.channels();
    ByteBuffer buffer = ByteBuffer.allocate(Math.max(1 << 14, Long.BYTES + Float.BYTES * channels));
    String label = null;
    for (int i = 0; i < recording.samples(); i++) {
      if (buffer.remaining() < Long.BYTES + Float.BYTES * channels) {
        digest.update(buffer.flip());
        buffer.clear();
      }
      buffer.putLong(recording.timeMicros(i));
      for (int c = 0; c < channels; c++) {
        buffer.putFloat(recording.values()[i * channels + c]);
      }
      String next = recording.label(i);
      if (next == null ? label != null : !next.equals(label)) {
        digest.update(buffer.flip());
        buffer.clear();
        text(digest, next == null ? "" : next);
        label = next;
      }
    }
    digest.update(buffer.flip());
  }

  private static void text(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    digest.update(bytes);
  }
}
