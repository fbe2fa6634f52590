package dev.whisker.trainer.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the user says of recordings beats what their content says. */
class RecordingLayoutTest {
  @TempDir private Path folder;
  private RecordedFiles files;

  @BeforeEach
  void folder() {
    files = new RecordedFiles(folder);
  }

  @Test
  void columnsHaveTheNamesThatAreGiven() {
    files.with("a.csv", "when,machine,ax,ay,temp,state,note\n1.5,m1,1,2,3,on,hello\n");
    Recordings recordings =
        files
            .as(
                new RecordingLayout(
                    null,
                    "machine",
                    "when",
                    TimeColumn.S,
                    "state",
                    List.of("ay", "ax"),
                    null,
                    null,
                    null,
                    false))
            .read("a.csv");
    assertThat(recordings.channels()).containsExactly("ay", "ax");
    Recording m1 = recordings.recordings().get(0);
    assertThat(m1.device()).isEqualTo("m1");
    assertThat(m1.timeMicros(0)).isEqualTo(1_500_000);
    assertThat(m1.values()).containsExactly(2, 1);
    assertThat(m1.label(0)).isEqualTo("on");
  }

  @ParameterizedTest
  @CsvSource({
    "when_ms,,5,5000",
    "when_ns,,1769860800250000500,1769860800250001",
    "when_ns,,9300000000000000000,9300000000000000",
    "when,,5,5000",
    "when,US,5,5",
    "when,NS,1499,1",
    "when,NS,-1500,-2",
    "when,S,5,5000000",
    "when,ISO,1970-01-01T00:00:05Z,5000000"
  })
  void timesAreInTheUnitThatIsGivenOrThatTheNameEndsWith(
      String column, TimeColumn unit, String text, long micros) {
    files.as(new RecordingLayout(null, null, column, unit, null, null, null, null, null, false));
    Recordings recordings = files.with("a.csv", column + ",x\n" + text + ",1\n").read("a.csv");
    assertThat(recordings.recordings().get(0).timeMicros(0)).isEqualTo(micros);
  }

  @Test
  void aColumnThatIsNotThereIsRefused() {
    files.with("a.csv", "time,x\n0,1\n");
    files.as(new RecordingLayout(null, "machine", null, null, null, null, null, null, null, false));
    assertThat(files.failure("a.csv"))
        .isEqualTo(
            "a.csv line 1: the header has no column 'machine' but [time, x]. Correct"
                + " --device-column");
    files.as(channels(List.of("y"), null));
    assertThat(files.failure("a.csv"))
        .isEqualTo("a.csv line 1: the header has no channels [y] but [x]. Correct --channels");
    files.as(channels(null, 2));
    assertThat(files.failure("a.csv"))
        .isEqualTo(
            "a.csv line 1: the header has the 1 channels [x]; --channels says 2. Name those to"
                + " take");
    files.as(RecordingLayout.BY_CONTENT);
    assertThat(files.with("b.csv", "device,x\nd,1\n").failure("b.csv"))
        .isEqualTo(
            "b.csv line 1: the header has no time but [device, x]; a column time, time_s, time_ms,"
                + " time_us, time_ns is expected. Rename one or name it with --time-column; where"
                + " there is none, say with --period how far apart samples are");
  }

  @Test
  void samplesWithoutATimeAreAPeriodApartOnEachDevice() {
    files.with("1.csv", "device,x\na,1\nb,2\na,3\n").with("2.csv", "device,x\na,4\n");
    Recordings recordings =
        files
            .as(new RecordingLayout(null, null, null, null, null, null, null, null, 2_500.0, false))
            .read("1.csv", "2.csv");
    Recording a = recordings.recordings().get(0);
    assertThat(a.values()).containsExactly(1, 3, 4);
    assertThat(a.timeMicros(1)).isEqualTo(2_500);
    assertThat(a.timeMicros(2)).as("another file is after a gap").isGreaterThan(1_000_000_000L);
    assertThat(recordings.recordings().get(1).timeMicros(0)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {",", ";", "\t"})
  void theHeaderSaysWhatSeparates(String separator) {
    String separated =
        "device|time_ms|x|label\n\"a b\"|1|2|\"on, ; \t off\"\nc|2|3|\n".replace("|", separator);
    Recordings recordings = files.with("a.csv", separated).read("a.csv");
    assertThat(recordings.recordings()).extracting(Recording::device).containsExactly("a b", "c");
    assertThat(recordings.recordings().get(0).label(0)).isEqualTo("on, ; \t off");
    assertThat(recordings.recordings().get(1).label(0)).isNull();
  }

  @Test
  void whiteSpaceSeparatesWhereNothingElseDoes() {
    files.with("a.csv", "device  time_ms x   label\n  \"a b\" 1   2\ton \nc 2 3 off\n");
    Recordings recordings = files.read("a.csv");
    assertThat(recordings.recordings()).extracting(Recording::device).containsExactly("a b", "c");
    assertThat(recordings.recordings().get(0).label(0)).isEqualTo("on");
  }

  @Test
  void linesBehindAHeaderWithCommasMayHaveTabsAndEmptyFields() {
    Recordings recordings =
        files.with("a.csv", "device,time_ms,label,x\nd\t1\t\t2\nd\t2\ton\t3\n").read("a.csv");
    assertThat(recordings.recordings().get(0).label(0)).isNull();
    assertThat(recordings.recordings().get(0).values()).containsExactly(2, 3);
  }

  @Test
  void theColumnsOfOneMatrixMayBeSeveralChannels() {
    files.with("ts.txt", "1 2 3 4 5 6\n7 8 9 10 11 12\n").with("labels.txt", "on\noff\n");
    Recordings named = files.as(channels(List.of("x", "y", "z"), null)).read("ts.txt");
    assertThat(named.channels()).containsExactly("x", "y", "z");
    assertThat(named.recordings().get(0).values()).containsExactly(1, 3, 5, 2, 4, 6);
    assertThat(named.recordings().get(0).label(0)).isEqualTo("on");
    Recordings counted = files.as(channels(null, 2)).read("ts.txt");
    assertThat(counted.channels()).containsExactly("c1", "c2");
    assertThat(counted.recordings().get(0).values()).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(files.as(channels(null, 4)).failure("ts.txt"))
        .isEqualTo(
            "ts.txt has 6 columns; 4 channels [c1, c2, c3, c4] of the same length side by side need"
                + " a multiple of 4. Correct --channels, or the file");
  }

  @Test
  void matricesAreTakenInTheOrderOfTheChannels() {
    files.with("x.txt", "1\n2\n").with("y.txt", "3\n4\n").with("labels.txt", "on\n\n");
    Recordings recordings = files.as(channels(List.of("y", "x"), null)).read(".");
    assertThat(recordings.recordings().get(1).values()).containsExactly(4, 2);
    assertThat(recordings.recordings().get(1).label(0)).as("an empty line").isNull();
    assertThat(files.as(channels(List.of("y", "w"), null)).failure("."))
        .isEqualTo(
            "The matrices beside labels.txt are the channels [x, y]; --channels says [y, w]. Name"
                + " some of these, or give the one matrix that holds several");
  }

  @Test
  void whatHasNoNamesIsCalledAsTheModelsChannels() {
    RecordingLayout model = RecordingLayout.BY_CONTENT.forModel(List.of("ax", "ay"), 10_000);
    Recordings series = files.with("a.ts", "@data\n1,2:3,4\n").as(model).read("a.ts");
    assertThat(series.channels()).containsExactly("ax", "ay");
    assertThat(series.recordings().get(0).timeMicros(1)).isEqualTo(10_000);
    files.with("m/ts.txt", "1 2 3 4\n").with("m/labels.txt", "on\n");
    assertThat(files.read("m").channels()).containsExactly("ax", "ay");
  }

  @Test
  void badLinesAreLeftOutAndCountedByKind() {
    files.with(
        "a.csv",
        "device,time_s,x,label\nd,0,1,on\nd,1,?,on\nd,2,abc,on\nd,3,,on\nd,4,5\nd,5,6,on\n");
    Recordings recordings = files.skipping().read("a.csv");
    assertThat(recordings.recordings().get(0).values()).containsExactly(1, 6);
    assertThat(files.notes())
        .containsExactly(
            "Left out 1 line with a value that is no number, first a.csv line 4, column 3 (x): 'abc'"
                + " is no value; expected a finite number such as 0.25",
            "Left out 2 lines with a missing value, first a.csv line 3, column 3 (x): '?' is no"
                + " value; expected a finite number such as 0.25",
            "Left out 1 line of another length, first a.csv line 6: there are 3 fields; the header"
                + " has 4 columns");
  }

  @Test
  void badSeriesAreLeftOutAndTheOthersKeepTheirNumbers() {
    files.with("a.tsv", "1\t1\t2\n2\t1\tx\n1\t3\t4\n").skipping();
    assertThat(files.read("a.tsv").recordings())
        .extracting(Recording::device)
        .containsExactly("a-00001", "a-00003");
    files.with("m/ts.txt", "1 2\n3\n5 6\n").with("m/labels.txt", "a\nb\nc\n");
    Recordings matrix = files.read("m/ts.txt");
    assertThat(matrix.recordings())
        .extracting(Recording::device)
        .containsExactly("m-00001", "m-00003");
    assertThat(matrix.recordings().get(1).label(0)).isEqualTo("c");
  }

  @Test
  void whatPadsAShortSeriesIsDropped() {
    Recordings recordings =
        files.with("a.tsv", "1\t5\t6\tNaN\tNaN\n2\t1\tNaN\t3\t4\n\t7\t8\t\t\n").read("a.tsv");
    assertThat(recordings.recordings()).extracting(Recording::samples).containsExactly(2, 3, 2);
    assertThat(recordings.recordings().get(1).timeMicros(1)).isEqualTo(2_000_000);
    assertThat(recordings.recordings().get(2).label(0)).as("an empty label").isNull();
    assertThat(files.notes()).isEmpty();
  }

  @Test
  void aSeriesWithoutACompleteSampleIsLeftOutAndTold() {
    Recordings recordings =
        files.with("a.ts", "@classLabel true\n@data\n?,2:3,?:a\n1,2:3,4:\n").read("a.ts");
    assertThat(recordings.recordings()).extracting(Recording::device).containsExactly("a-00002");
    assertThat(recordings.recordings().get(0).label(0)).isNull();
    assertThat(files.notes())
        .containsExactly(
            "Left out 1 series without a complete sample, first a.ts line 3: at no instant do all 2"
                + " channel(s) have a value");
  }

  @Test
  void aFormatChoosesAmongFilesSideBySide() {
    files.with("a.ts", "@data\n1,2\n").with("a.tsv", "on\t1\t2\n");
    files.as(
        new RecordingLayout(FileKind.TS, null, null, null, null, null, null, null, null, false));
    assertThat(files.read(".").recordings()).hasSize(1);
  }

  @Test
  void thePathToAFileDoesNotMatterToItsDevice() {
    files.with("a/1.csv", "time,x\n0,1\n").with("b/2.csv", "time,x\n0,2\n");
    for (String path : List.of(".", "a/..", "./b/../.")) {
      Recordings recordings = files.read(path);
      assertThat(recordings.recordings())
          .extracting(Recording::device)
          .containsExactly("a/1", "b/2");
      assertThat(recordings.recordings().get(1).label(0)).isEqualTo("b");
    }
  }

  @Test
  void channelsAreThereOnce() {
    assertThatThrownBy(() -> channels(List.of("x", "x"), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The channels are [x, x]; expected one name or more, each once");
  }

  private static RecordingLayout channels(List<String> names, Integer count) {
    return new RecordingLayout(null, null, null, null, null, names, count, null, null, false);
  }
}
