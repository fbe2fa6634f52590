package dev.whisker.trainer.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.trainer.Samples;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people are told of recordings that cannot be used, word by word. */
class FaultMessagesTest {
  private static final String HEADER = "device,time_ms,x,y,label\n";

  @TempDir private Path folder;
  private RecordedFiles files;

  @BeforeEach
  void folder() {
    files = new RecordedFiles(folder);
  }

  @Test
  void aFileOfBinaryGarbage() {
    byte[] garbage = {'M', 'Z', 'a', 7, -3, 0};
    assertThat(files.with("a.csv", garbage).failure("a.csv"))
        .isEqualTo(
            "a.csv is no text: byte 3 is 0x07. Recordings are text in UTF-8, gzipped or not; export"
                + " or copy the file again");
    byte[] utf16 = {(byte) 0xFF, (byte) 0xFE, 'd', 0};
    assertThat(files.with("b.csv", utf16).failure("b.csv"))
        .isEqualTo(
            "b.csv is no text: byte 0 is 0xff, as in UTF-16. Recordings are text in UTF-8, gzipped"
                + " or not; export or copy the file again");
  }

  @Test
  void garbageBehindAGoodBeginning() {
    String text = HEADER + "d,0,1,2,on\n".repeat(10_000) + "\u0000\u0001\u0002\n";
    assertThat(files.with("a.csv", text).failure("a.csv"))
        .isEqualTo(
            "a.csv line 10002: there are 1 fields; the header has 5 columns. Correct or remove the"
                + " line, or leave out what is bad with --skip-bad");
  }

  @Test
  void anArchiveThatIsCutOffOrDamaged() {
    byte[] whole = RecordedFiles.gzipped(HEADER + "d,0,1,2,on\n");
    assertThat(files.with("a.csv.gz", Arrays.copyOf(whole, 40)).failure("a.csv.gz"))
        .isEqualTo(
            "a.csv.gz cannot be read: its gzip data end too early. Copy or compress the file again");
    byte[] damaged = whole.clone();
    damaged[10] = 7;
    assertThat(files.with("b.csv.gz", damaged).failure("b.csv.gz"))
        .isEqualTo(
            "b.csv.gz cannot be read: its gzip data are damaged (invalid block type). Copy or"
                + " compress the file again");
  }

  @Test
  void anEmptyFileAndOneWithoutASample() {
    assertThat(files.with("a.csv", "").failure("a.csv"))
        .isEqualTo("a.csv is empty; a header and one sample a line are expected");
    assertThat(files.with("b.csv", HEADER).failure("b.csv"))
        .isEqualTo("There is no sample in b.csv; expected a line for each behind the header");
  }

  @Test
  void aRaggedFile() {
    files.with("a.csv", HEADER + "d,0,1,2,on\nd,1,1,2\nd,2,1,on\nd,3,1,2,on,5\nd,4,?,2,on\n");
    assertThat(files.failure("a.csv"))
        .isEqualTo(
            "a.csv line 3: there are 4 fields; the header has 5 columns; 2 more lines of another"
                + " length; 1 line with a missing value, first a.csv line 6, column 3 (x): '?' is no"
                + " value; expected a finite number such as 0.25. Correct or remove them, or leave"
                + " out what is bad with --skip-bad");
    files.with("labels.txt", "on\noff\n").with("x.txt", "1 2 3\n4 5\n");
    assertThat(files.failure("x.txt"))
        .isEqualTo(
            "x.txt line 2: there are 2 values; the lines before have 3, and a short series is filled"
                + " up with NaN. Correct or remove the line, or leave out what is bad with"
                + " --skip-bad");
    assertThat(files.with("b.ts", "@classLabel true\n@data\n1,2:3:a\n").failure("b.ts"))
        .isEqualTo(
            "b.ts line 3: one channel has 2 values and another one 1. Correct or remove the line, or"
                + " leave out what is bad with --skip-bad");
  }

  @Test
  void aFileFullOfNaN() {
    files.with("a.csv", HEADER + "d,0,NaN,2,on\nd,1,nan,2,on\nd,2,,2,on\n");
    assertThat(files.failure("a.csv"))
        .isEqualTo(
            "a.csv line 2, column 3 (x): 'NaN' is no value; expected a finite number such as 0.25; 2"
                + " more lines with a missing value. Correct or remove them, or leave out what is"
                + " bad with --skip-bad");
    assertThat(files.skipping().failure("a.csv"))
        .isEqualTo(
            "There is no sample in a.csv. Left out 3 lines with a missing value, first a.csv line 2,"
                + " column 3 (x): 'NaN' is no value; expected a finite number such as 0.25");
    assertThat(files.with("b.tsv", "1\tNaN\tNaN\n2\t?\tNaN\n").failure("b.tsv"))
        .isEqualTo(
            "There is no sample in b.tsv. Left out 2 series without a complete sample, first b.tsv"
                + " line 1: at no instant do all 1 channel(s) have a value");
  }

  @Test
  void linesThatCannotBeRead() {
    files.with("a.csv", HEADER + "d,soon,1,2,on\nd,1,1,2,on\n,2,1,2,on\nd,later,1,2,on\n");
    assertThat(files.failure("a.csv"))
        .isEqualTo(
            "a.csv line 2, column 2 (time_ms): 'soon' is no time; expected one such as"
                + " 1767225600250; 1 more line without a valid time; 1 line without a device, first"
                + " a.csv line 4, column 1 (device): the device is empty; expected its id. Correct"
                + " or remove them, or leave out what is bad with --skip-bad");
    assertThat(files.with("b.ts", "@classLabel true\n@data\n1,2,3\n").failure("b.ts"))
        .isEqualTo(
            "b.ts line 3: there is no colon; expected the values, a colon and the label, as the"
                + " header says. Correct or remove the line, or leave out what is bad with"
                + " --skip-bad");
  }

  @Test
  void numbersWithoutAHeaderOrLabels() {
    assertThat(files.with("ts.txt", "1 2 3\n4 5 6\n").failure("ts.txt"))
        .isEqualTo(
            "ts.txt begins with numbers and has no header. If a line is a series, put labels.txt"
                + " with one label a line beside it (there is no labels.txt); if a line is a sample,"
                + " begin with a header such as device,time_ms,x,label");
    files.as(layout(FileKind.MATRIX));
    assertThat(files.failure("ts.txt"))
        .isEqualTo(
            "There is no labels.txt, which has the labels of the series in ts.txt. Put it there, one"
                + " label a line");
    files.as(layout(FileKind.CSV));
    assertThat(files.failure("ts.txt"))
        .isEqualTo(
            "ts.txt line 1: there are numbers where a header is expected. Begin the file with one,"
                + " such as device,time_ms,x,label");
  }

  @Test
  void tooFewLabelsBesideAMatrix() {
    files.with("ts.txt", "1 2 3\n4 5 6\n7 8 9\n").with("labels.txt", "on\noff\n");
    assertThat(files.failure("ts.txt"))
        .isEqualTo(
            "ts.txt has 3 series and labels.txt 2 labels; expected one a line for each. Add what is"
                + " missing or remove what is too much");
  }

  @Test
  void aColumnOfLabelsThatIsEmptyThroughout() {
    Recordings recordings = files.with("a.csv", HEADER + "d,0,1,2,\nd,1,1,2,\n").read("a.csv");
    assertThatThrownBy(() -> new LabelCounts(recordings).requireSeveral(List.of("a.csv")))
        .isInstanceOf(CommandFailure.class)
        .hasMessage(
            "None of the 2 samples in a.csv has a label: there is no column of labels, or it is"
                + " empty throughout. Fill it in, name it with --label-column, or put the files into"
                + " a folder a class");
  }

  @Test
  void aSingleClass() {
    Recordings recordings = files.with("a.csv", HEADER + "d,0,1,2,on\nd,1,1,2,\n").read("a.csv");
    assertThatThrownBy(() -> new LabelCounts(recordings).requireSeveral(List.of("a.csv", "b")))
        .isInstanceOf(CommandFailure.class)
        .hasMessage(
            "All 1 labelled samples in a.csv, b have the label 'on'; at least two labels are"
                + " expected. Give recordings of every class, or name the column of labels with"
                + " --label-column");
  }

  @Test
  void aLabelThatOccursOnce() {
    Recordings samples =
        Recordings.of(
            List.of("x"), List.of(Samples.counting("d", 9, i -> i == 4 ? "helthy" : "healthy")));
    assertThat(new LabelCounts(samples).once())
        .containsExactly(
            "Only one sample has the label 'helthy', device d at 1970-01-01T00:00:00.080Z. Is it"
                + " misspelled? The other labels are healthy");
    Recordings series =
        files.with("a.tsv", "on\t1\t2\noff\t2\t3\non\t4\t5\noff\t6\t7\nof\t8\t9\n").read("a.tsv");
    assertThat(new LabelCounts(series).once())
        .containsExactly(
            "Only one series has the label 'of', a-00005. Is it misspelled? The other labels are"
                + " off, on");
  }

  @Test
  void aTopicThatNothingOnTheClassPathReads() {
    assertThatThrownBy(
            () ->
                new RecordingReader(RecordingLayout.BY_CONTENT, java.util.Map.of(), note -> {})
                    .readAll(List.of("kafka:readings")))
        .isInstanceOf(CommandFailure.class)
        .hasMessage(
            "There are no recordings kafka:readings: no such file or folder, and nothing on the"
                + " class path reads 'kafka:'. The launcher puts what reads kafka:TOPIC there if"
                + " that stands on the command line");
  }

  private static RecordingLayout layout(FileKind kind) {
    return new RecordingLayout(kind, null, null, null, null, null, null, null, null, false);
  }
}
