package dev.whisker.trainer.recording;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weka's format, as UCR and UEA publish series in it. */
class ArffTest {
  private static final String RELATIONAL =
      """
      % a comment
      @relation Moves

      @attribute relationalAtt relational
        @attribute att0 numeric
        @attribute att1 numeric
        @attribute att2 numeric
      @end relationalAtt
      @attribute activity {walk,'run fast'}

      @data
      """;
  private static final String FLAT =
      """
      @RELATION flat
      @ATTRIBUTE 'time 0' REAL
      @ATTRIBUTE t1 numeric
      @ATTRIBUTE target {1,2}
      @DATA
      """;

  @TempDir private Path folder;
  private RecordedFiles files;

  @BeforeEach
  void folder() {
    files = new RecordedFiles(folder);
  }

  @Test
  void numericAttributesAreTheValuesOfOneChannel() {
    Recordings recordings =
        files.with("a.arff", FLAT + "0.5,-1e-3,1\n% no data\n 3 , ? , 2\n4,5,?\n").read("a.arff");
    assertThat(recordings.series()).isTrue();
    assertThat(recordings.channels()).containsExactly("value");
    assertThat(recordings.recordings()).hasSize(3);
    assertThat(recordings.recordings().get(0).values()).containsExactly(0.5f, -1e-3f);
    assertThat(recordings.recordings().get(0).label(0)).isEqualTo("1");
    assertThat(recordings.recordings().get(1).values()).containsExactly(3);
    assertThat(recordings.recordings().get(2).label(0)).isNull();
  }

  @Test
  void aRelationalAttributeHasAChannelALine() {
    Recordings recordings =
        files
            .with(
                "Moves_TRAIN.arff",
                RELATIONAL + "'1,2,3\\n10,20,30',walk\n\"4,?,6\\n40,50,60\",'run fast'\n")
            .read("Moves_TRAIN.arff");
    assertThat(recordings.channels()).containsExactly("c1", "c2");
    assertThat(recordings.recordings())
        .extracting(Recording::device)
        .containsExactly("Moves_TRAIN-00001", "Moves_TRAIN-00002");
    assertThat(recordings.recordings().get(0).values()).containsExactly(1, 10, 2, 20, 3, 30);
    assertThat(recordings.recordings().get(1).values()).containsExactly(4, 40, 6, 60);
    assertThat(recordings.recordings().get(1).label(0)).isEqualTo("run fast");
  }

  @Test
  void theSameSeriesAsTsAreTheSameRecordings() {
    files
        .with("arff/a.arff", RELATIONAL + "'1,2,3\\n10,20,30',walk\n'4,?,6\\n40,50,60',walk\n")
        .with("ts/a.ts", "@classLabel true\n@data\n1,2,3:10,20,30:walk\n4,?,6:40,50,60:walk\n");
    assertThat(files.read("arff/a.arff").sha256()).isEqualTo(files.read("ts/a.ts").sha256());
  }

  @Test
  void theLabelMayBeAnyAttributeAnywhere() {
    files.with("a.arff", "@relation r\n@attribute c {a,b}\n@attribute t numeric\n@data\nb,5\n");
    assertThat(files.read("a.arff").recordings().get(0).label(0)).isEqualTo("b");
    files.as(new RecordingLayout(null, null, null, null, "target", null, null, null, null, false));
    files.with("b.arff", FLAT.replace("{1,2}", "numeric") + "1,2,7\n");
    assertThat(files.read("b.arff").recordings().get(0).label(0)).isEqualTo("7");
    assertThat(files.failure("a.arff"))
        .isEqualTo("a.arff has no attribute 'target'; its last one is 't'. Correct --label-column");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "1,2|a.arff line 6: there are 2 values; the header has 3 attributes",
        "1,2,1,4|a.arff line 6: there are more than 3 values; the header has 3 attributes",
        "1,x,1|a.arff line 6: value 2 is 'x'; expected a finite number such as 0.25, or ? where it"
            + " is missing",
        "{0 1}|a.arff line 6: sparse data in braces are not read; expected a value for every"
            + " attribute",
        "1,2,'1|a.arff line 6: a quote is never closed; expected both quotes of a value in one"
            + " line",
        "1,2,'1'b|a.arff line 6: text follows a closing quote; expected a comma"
      })
  void whatIsWrongIsSaidWithFileAndLine(String line, String message) {
    assertThat(files.with("a.arff", FLAT + line + "\n").failure("a.arff"))
        .isEqualTo(
            message + ". Correct or remove the line, or leave out what is bad with --skip-bad");
  }

  @Test
  void aHeaderThatIsNoneIsSaidWithItsLine() {
    assertThat(files.with("a.arff", "@relation r\n@attribute x\n").failure("a.arff"))
        .isEqualTo(
            "a.arff line 2: '@attribute x' is no attribute; expected name and type. Correct or"
                + " remove the line");
    assertThat(files.with("b.arff", "@relation r\n1,2\n").failure("b.arff"))
        .isEqualTo(
            "b.arff line 2: '1,2' is no header; expected @relation, @attribute or @data. Correct or"
                + " remove the line");
    assertThat(files.with("c.arff", "@relation r\n").failure("c.arff"))
        .isEqualTo("c.arff has a header but no @data; expected it, and a series a line behind it");
    files.with("d.arff", RELATIONAL + "'1,2\\n3,4',walk\n'1,2',walk\n");
    assertThat(files.failure("d.arff"))
        .isEqualTo(
            "d.arff line 13: there are 1 channels; the series before have 2. Correct or remove the"
                + " line, or leave out what is bad with --skip-bad");
  }

  @Test
  void channelsMayBeNamed() {
    files.with("a.arff", RELATIONAL + "'1,2\\n3,4',walk\n");
    files.as(
        new RecordingLayout(
            null, null, null, null, null, List.of("x", "y"), null, null, null, false));
    assertThat(files.read("a.arff").channels()).containsExactly("x", "y");
    files.as(new RecordingLayout(null, null, null, null, null, null, 3, null, null, false));
    assertThat(files.failure("a.arff"))
        .isEqualTo("a.arff has 2 channel(s); --channels says 3. Name as many as there are");
  }
}
