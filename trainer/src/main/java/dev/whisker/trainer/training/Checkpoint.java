package dev.whisker.trainer.training;

import dev.whisker.classifier.cli.CommandFailure;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The file that one training leaves after each epoch, to go on from after a crash. Not thread-safe.
 *
 * <pre>
 *   magic and version (int) | what it is a training of: names and values (UTF)
 *   | epochs, each with all that is known of it | why it is over (UTF) | iterations (int)
 *   | parameters | optimizer's state | best parameters, each as length and floats
 *   | CRC-32 of all that (long)
 * </pre>
 */
final class Checkpoint {
  private static final int MAGIC = 0x57484b01;

  private final Path file;
  private final Map<String, String> identity;
  private final TrainingState saved;

  private Checkpoint(Path file, Map<String, String> identity, TrainingState saved) {
    this.file = file;
    this.identity = identity;
    this.saved = saved;
  }

  /** Of a training that leaves none. */
  static Checkpoint none() {
    return new Checkpoint(null, Map.of(), null);
  }

  /**
   * In a file.
   *
   * @param file the state is read from it if it exists, and overwritten
   * @param identity what the training is of, by name: data, settings, version
   * @throws CommandFailure if the file is damaged, or of a training of something else
   */
  static Checkpoint in(Path file, Map<String, String> identity) {
    return new Checkpoint(file, identity, Files.exists(file) ? read(file, identity) : null);
  }

  /** What an earlier process has saved; null: nothing. */
  TrainingState saved() {
    return saved;
  }

  /**
   * Saves a state: beside the file first, then moved over it.
   *
   * @throws UncheckedIOException if that fails; the file is then what it was
   */
  void save(TrainingState state) {
    if (file == null) {
      return;
    }
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (FileChannel channel =
          FileChannel.open(
              part,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(bytes(state));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        // Else the move might outlive a power cut and the content not.
        channel.force(true);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("The checkpoint " + file + " cannot be written: " + e, e);
    }
  }

  private byte[] bytes(TrainingState state) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(MAGIC);
    out.writeInt(identity.size());
    for (Map.Entry<String, String> one : new TreeMap<>(identity).entrySet()) {
      out.writeUTF(one.getKey());
      out.writeUTF(one.getValue());
    }
    out.writeInt(state.history().size());
    for (TrainingProgress.Epoch epoch : state.history()) {
      out.writeInt(epoch.epoch());
      out.writeInt(epoch.epochs());
      out.writeDouble(epoch.loss());
      out.writeDouble(epoch.accuracy());
      out.writeDouble(epoch.validationLoss());
      out.writeDouble(epoch.validationAccuracy());
      out.writeBoolean(epoch.best());
      out.writeLong(epoch.elapsed().toNanos());
      out.writeLong(epoch.left().toNanos());
    }
    out.writeUTF(state.why() == null ? "" : state.why());
    out.writeInt(state.iterations());
    for (INDArray array : List.of(state.parameters(), state.updater(), state.best())) {
      float[] floats = array.dup().data().asFloat();
      ByteBuffer buffer = ByteBuffer.allocate(Float.BYTES * floats.length);
      buffer.asFloatBuffer().put(floats);
      out.writeInt(floats.length);
      out.write(buffer.array());
    }
    CRC32 checksum = new CRC32();
    checksum.update(bytes.toByteArray());
    out.writeLong(checksum.getValue());
    return bytes.toByteArray();
  }

  private static TrainingState read(Path file, Map<String, String> identity) {
    CheckedInputStream checked = null;
    try (DataInputStream in =
        new DataInputStream(
            checked =
                new CheckedInputStream(
                    new BufferedInputStream(Files.newInputStream(file)), new CRC32()))) {
      if (in.readInt() != MAGIC) {
        throw new CommandFailure(
            file + " is no checkpoint of this Whisker. Give another --checkpoint folder");
      }
      Map<String, String> found = new TreeMap<>();
      for (int left = in.readInt(); left > 0; left--) {
        found.put(in.readUTF(), in.readUTF());
      }
      requireSame(file, found, identity);
      List<TrainingProgress.Epoch> history = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        history.add(
            new TrainingProgress.Epoch(
                in.readInt(),
                in.readInt(),
                in.readDouble(),
                in.readDouble(),
                in.readDouble(),
                in.readDouble(),
                in.readBoolean(),
                Duration.ofNanos(in.readLong()),
                Duration.ofNanos(in.readLong())));
      }
      String why = in.readUTF();
      TrainingState state =
          new TrainingState(
              history,
              why.isEmpty() ? null : why,
              in.readInt(),
              array(in, file),
              array(in, file),
              array(in, file));
      long checksum = checked.getChecksum().getValue();
      if (in.readLong() != checksum) {
        throw new IOException("its checksum does not fit");
      }
      return state;
    } catch (IOException e) {
      throw new CommandFailure(
          "The checkpoint "
              + file
              + " is damaged ("
              + e.getMessage()
              + "). Delete it, or give another --checkpoint folder",
          e);
    }
  }

  private static INDArray array(DataInputStream in, Path file) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > Files.size(file) / Float.BYTES) {
      throw new IOException("it says that " + length + " numbers follow");
    }
    float[] floats = new float[length];
    byte[] bytes = in.readNBytes(Float.BYTES * length);
    if (bytes.length < Float.BYTES * length) {
      throw new IOException("it ends too early");
    }
    ByteBuffer.wrap(bytes).asFloatBuffer().get(floats);
    return Nd4j.create(floats, new long[] {1, length}, 'c');
  }

  private static void requireSame(
      Path file, Map<String, String> found, Map<String, String> expected) {
    List<String> differences = new ArrayList<>();
    TreeSet<String> names = new TreeSet<>(found.keySet());
    names.addAll(expected.keySet());
    for (String name : names) {
      if (!Objects.equals(found.get(name), expected.get(name))) {
        differences.add(name + " was " + found.get(name) + " and is " + expected.get(name));
      }
    }
    if (!differences.isEmpty()) {
      throw new CommandFailure(
          "The checkpoint "
              + file
              + " is of another training: "
              + String.join("; ", differences)
              + ". Resume with what it was begun with, or give another --checkpoint folder");
    }
  }
}
