package dev.whisker.trainer.recording;

import dev.whisker.classifier.cli.CommandFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Files of recordings in a folder, how they are read, and what is told of them. */
final class RecordedFiles {
  private final Path folder;
  private final List<String> notes = new ArrayList<>();
  private RecordingLayout layout = RecordingLayout.BY_CONTENT;

  RecordedFiles(Path folder) {
    this.folder = folder;
  }

  /** Writes a file. */
  RecordedFiles with(String name, String text) {
    return with(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes a file. */
  RecordedFiles with(String name, byte[] content) {
    try {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.write(file, content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A text, gzipped. */
  static byte[] gzipped(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  RecordedFiles as(RecordingLayout other) {
    layout = other;
    return this;
  }

  /** Leaves out what is bad. */
  RecordedFiles skipping() {
    return as(new RecordingLayout(null, null, null, null, null, null, null, null, null, true));
  }

  Recordings read(String... names) {
    notes.clear();
    return new RecordingReader(layout, Map.of(), notes::add)
        .readAll(List.of(names).stream().map(name -> folder.resolve(name).toString()).toList());
  }

  /** What reading fails with, the folder's name left out. */
  String failure(String... names) {
    try {
      Recordings read = read(names);
      throw new AssertionError("Read " + read);
    } catch (CommandFailure e) {
      return e.getMessage().replace(folder + "/", "");
    }
  }

  /** What the latest reading told, the folder's name left out. */
  List<String> notes() {
    return notes.stream().map(note -> note.replace(folder + "/", "")).toList();
  }
}
