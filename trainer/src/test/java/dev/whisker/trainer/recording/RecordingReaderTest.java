package dev.whisker.trainer.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whisker.classifier.cli.CommandFailure;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordingReaderTest {
  @TempDir private Path folder;

  @Test
  void aLongCsvBecomesARecordingADevice() {
    Recordings recordings =
        read(
            "a.csv",
            """
            device,time_ms,x,y,label
            d2,20,3,30,on
            d1,10,1,10,off
            d1,20,2,20,
            """);
    assertThat(recordings.channels()).containsExactly("x", "y");
    assertThat(recordings.recordings()).extracting(Recording::device).containsExactly("d1", "d2");
    Recording d1 = recordings.recordings().get(0);
    assertThat(d1.samples()).isEqualTo(2);
    assertThat(d1.timeMicros(0)).isEqualTo(10_000);
    assertThat(d1.values()).containsExactly(1, 10, 2, 20);
    assertThat(d1.label(0)).isEqualTo("off");
    assertThat(d1.label(1)).isNull();
  }

  @Test
  void columnsAreKnownByTheirNamesInAnyOrder() {
    Recordings recordings = read("a.csv", "label,y,time_us,device,x\non,2,7,d,1\n");
    assertThat(recordings.channels()).containsExactly("y", "x");
    assertThat(recordings.recordings().get(0).values()).containsExactly(2, 1);
    assertThat(recordings.recordings().get(0).timeMicros(0)).isEqualTo(7);
    assertThat(recordings.recordings().get(0).label(0)).isEqualTo("on");
  }

  @ParameterizedTest
  @CsvSource({
    "time,2026-01-31T12:00:00Z,1769860800000000",
    "time,2026-01-31T12:00:00.250001Z,1769860800250001",
    "time,2026-01-31T13:00:00.25+01:00,1769860800250000",
    "time,2026-01-31 12:00:00.25,1769860800250000",
    "time,2026-01-31T12:00:00.2500019999999Z,1769860800250001",
    "time_s,1769860800.2500014,1769860800250001",
    "time_s,-1.5,-1500000",
    "time_s,1.7698608E9,1769860800000000",
    "time_ms,1769860800250,1769860800250000",
    "time_ms,0.0835,84",
    "time_ms,0.0834,83",
    "time_us,1769860800250000,1769860800250000",
    "time_us,12.5,13"
  })
  void everyFormOfTimeIsMicrosecondsInTheEnd(String column, String text, long micros) {
    Recordings recordings = read("a.csv", "device," + column + ",x\nd," + text + ",1\n");
    assertThat(recordings.recordings().get(0).timeMicros(0)).isEqualTo(micros);
  }

  @Test
  void aFileWithoutADeviceColumnIsOneDevicesNamedAfterIt() {
    assertThat(read("pump 7.csv", "time_s,x\n1,2\n").recordings().get(0).device())
        .isEqualTo("pump 7");
  }

  @Test
  void aFolderIsReadToItsDepthAndItsPathsNameTheDevices() throws IOException {
    write("bending/one.csv", "time_s,x\n1,1\n");
    write("cycling/one.csv.gz", "time_s,x\n1,2\n");
    write("cycling/notes.txt", "nothing to read");
    Recordings recordings = RecordingReader.read(List.of(folder));
    assertThat(recordings.recordings())
        .extracting(Recording::device)
        .containsExactly("bending/one", "cycling/one");
  }

  @Test
  void gzipIsKnownByItsContent() throws IOException {
    Path file = folder.resolve("compressed.csv");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("device,time_s,x\nd,1,2\n".getBytes(StandardCharsets.UTF_8));
    }
    assertThat(RecordingReader.read(List.of(file)).recordings()).hasSize(1);
  }

  @Test
  void samplesOfADeviceMayComeFromSeveralFilesWithColumnsInAnotherOrder() throws IOException {
    Path first = write("1.csv", "device,time_s,x,y\nd,1,1,2\n");
    Path second = write("2.csv", "device,time_s,y,x\nd,2,4,3\n");
    Recordings recordings = RecordingReader.read(List.of(first, second));
    assertThat(recordings.recordings().get(0).values()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void rowsOutOfOrderAreSortedAndThoseAtTheSameTimeStayInTheirOrder() {
    Recording recording =
        read("a.csv", "device,time_s,x\nd,3,0\nd,1,1\nd,2,2\nd,1,3\nd,2,4\n").recordings().get(0);
    assertThat(recording.values()).containsExactly(1, 3, 2, 4, 0);
    assertThat(recording.timeMicros(4)).isEqualTo(3_000_000);
  }

  @Test
  void quotesSpacesCarriageReturnsEmptyLinesAndAByteOrderMarkAreUnderstood() {
    Recordings recordings =
        read(
            "a.csv",
            "\uFEFFdevice, time_s ,\"x\",label\r\n\r\n"
                + "\"a, \"\"b\"\"\" , 1,\"2.5\" ,\"on \"\r\n\r\n"
                + "c,2,\t3,");
    assertThat(recordings.channels()).containsExactly("x");
    assertThat(recordings.recordings())
        .extracting(Recording::device)
        .containsExactly("a, \"b\"", "c");
    assertThat(recordings.recordings().get(0).values()).containsExactly(2.5f);
    assertThat(recordings.recordings().get(0).label(0)).isEqualTo("on ");
  }

  @Test
  void aFileLongerThanTheReadersBufferIsReadWhole() {
    StringBuilder text = new StringBuilder("device,time_us,x,label\n");
    int samples = 60_000;
    for (int i = 0; i < samples; i++) {
      text.append("device-").append(i % 97).append(',').append(i).append(',').append(i / 8.0);
      text.append(",label-").append(i % 131).append('\n');
    }
    Recordings recordings = read("a.csv", text.toString());
    assertThat(recordings.recordings()).hasSize(97);
    for (Recording recording : recordings.recordings()) {
      for (int i = 0; i < recording.samples(); i++) {
        long number = recording.timeMicros(i);
        assertThat(recording.device()).isEqualTo("device-" + number % 97);
        assertThat(recording.values()[i]).isEqualTo(number / 8f);
        assertThat(recording.label(i)).isEqualTo("label-" + number % 131);
      }
    }
    assertThat(recordings.recordings().stream().mapToInt(Recording::samples).sum())
        .isEqualTo(samples);
  }

  @Test
  void aLineLongerThanTheReadersBufferIsReadWhole() {
    String device = "d".repeat(700_000);
    Recordings recordings = read("a.csv", "device,time_us,x\n" + device + ",1,2\nd,1,3\n");
    assertThat(recordings.recordings()).hasSize(2);
    assertThat(recordings.recordings().get(1).device()).isEqualTo(device);
  }

  @Test
  void theChecksumIsOfTheContentAndNotOfTheFiles() throws IOException {
    Path whole = write("whole.csv", "device,time_s,x,label\na,1,1,on\na,2,2,\nb,1,3,on\n");
    Path first = write("first.csv", "device,time_ms,x,label\nb,1000,3.0,on\n");
    Path second = write("second.csv", "device,time_s,x,label\na,2,2,\na,1,1,on\n");
    Path other = write("other.csv", "device,time_s,x,label\na,1,1,on\na,2,2,on\nb,1,3,on\n");
    String checksum = RecordingReader.read(List.of(whole)).sha256();
    assertThat(checksum).hasSize(64);
    assertThat(RecordingReader.read(List.of(first, second)).sha256()).isEqualTo(checksum);
    assertThat(RecordingReader.read(List.of(other)).sha256()).isNotEqualTo(checksum);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      quoteCharacter = '~',
      value = {
        "|bad.csv is empty",
        "device,x;1,2|line 1: the header has no time but [device, x]; a column time, time_s,",
        "device,time_s,time_ms,x;|'time_s' and 'time_ms'; one time is expected",
        "device,time_s;d,1|line 1: the header has no channel but [device, time_s]",
        "device,time_s,x,x;|names the column 'x' twice",
        "device,time_s,,x;|column 3 of the header has no name",
        "device,time_s,x;d,1,2;d,2,abc;|line 3, column 3 (x): 'abc' is no value; expected a finite",
        "device,time_s,x;d,1,NaN;|line 2, column 3 (x): 'NaN' is no value",
        "device,time_s,x;d,1,;|line 2, column 3 (x): '' is no value",
        "device,time_s,x;d,soon,2;|line 2, column 2 (time_s): 'soon' is no time; expected one such",
        "device,time,x;d,2026-13-01T00:00:00Z,2;|line 2, column 2 (time): '2026-13-01T00:00:00Z'",
        "device,time_s,x;d,99999999999999999999,2;|line 2, column 2 (time_s)",
        "device,time_s,x;,1,2;|line 2, column 1 (device): the device is empty",
        "device,time_s,x;d,1;|line 2: there are 2 fields; the header has 3 columns",
        "device,time_s,x;d,1,2,3;|line 2: there are 4 fields; the header has 3 columns",
        "device,time_s,x;\"d,1,2;|line 2: a quote is never closed",
        "device,time_s,x;\"d\"e,1,2;|line 2: text follows a closing quote",
        "device,time_s,x;d\"e\",1,2;|line 2: a quote stands inside a field",
        "device,time_s,x;|There is no sample in"
      })
  void whatIsWrongIsSaidWithFileLineAndColumn(String lines, String message) {
    String text = lines == null ? "" : lines.replace(';', '\n');
    assertThatThrownBy(() -> read("bad.csv", text))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("bad.csv")
        .hasMessageContaining(message);
  }

  @Test
  void filesWithOtherChannelsAreRefused() throws IOException {
    Path first = write("1.csv", "device,time_s,x,y\nd,1,1,2\n");
    Path second = write("2.csv", "device,time_s,x,z\nd,2,4,3\n");
    assertThatThrownBy(() -> RecordingReader.read(List.of(first, second)))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("2.csv line 1: the channels are [x, z]; the files before it have");
  }

  @Test
  void twoFilesThatWouldBeTheSameDeviceAreRefused() throws IOException {
    Path first = write("a/one.csv", "time_s,x\n1,1\n");
    Path second = write("b/one.csv", "time_s,x\n1,1\n");
    assertThatThrownBy(() -> RecordingReader.read(List.of(first, second)))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("would both be device 'one'");
  }

  @Test
  void twoFilesOfOneDeviceAtTheSameTimeAreRefused() throws IOException {
    Path healthy = write("healthy.csv", "device,time_s,x,label\nm,0,1,ok\nm,1,1,ok\nm,2,1,ok\n");
    Path fault = write("fault.csv", "device,time_s,x,label\nm,0.5,9,bad\nm,3,9,bad\n");
    assertThatThrownBy(() -> RecordingReader.read(List.of(healthy, fault)))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("healthy.csv")
        .hasMessageContaining("fault.csv")
        .hasMessageContaining("device 'm'")
        .hasMessageContaining("1970-01-01T00:00:00.500Z");
  }

  @Test
  void aMissingFileAnEmptyFolderAndADamagedArchiveAreRefused() throws IOException {
    Path missing = folder.resolve("missing.csv");
    assertThatThrownBy(() -> RecordingReader.read(List.of(missing)))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("no such file or folder");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> RecordingReader.read(List.of(empty)))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("has no recordings; expected .csv, .ts, .tsv or .arff");
    Path whole = write("damaged.csv.gz", "device,time_s,x\nd,1,2\n");
    byte[] bytes = Files.readAllBytes(whole);
    Files.write(whole, Arrays.copyOf(bytes, bytes.length - 12));
    assertThatThrownBy(() -> RecordingReader.read(List.of(whole)))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("damaged.csv.gz cannot be read");
  }

  @Test
  void channelsAreSelectedByNameForAModel() {
    Recordings recordings = read("a.csv", "device,time_s,x,y,z\nd,1,1,2,3\n");
    Recordings selected = recordings.withChannels(List.of("z", "x"));
    assertThat(selected.channels()).containsExactly("z", "x");
    assertThat(selected.recordings().get(0).values()).containsExactly(3, 1);
    assertThatThrownBy(() -> recordings.withChannels(List.of("w")))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("have the channels [x, y, z]; the model expects [w]");
  }

  private Recordings read(String name, String text) {
    try {
      return RecordingReader.read(List.of(write(name, text)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (name.endsWith(".gz")) {
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
        out.write(bytes);
      }
    } else {
      Files.write(file, bytes);
    }
    return file;
  }
}
