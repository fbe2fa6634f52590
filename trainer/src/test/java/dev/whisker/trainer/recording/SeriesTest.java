package dev.whisker.trainer.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.whisker.classifier.cli.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files with a series a line, and folders whose names are labels. */
class SeriesTest {
  private static final Path DATA = Path.of("../../shared/data");

  @TempDir private Path folder;

  @Test
  void aTsFileIsADeviceASeriesWithAChannelBetweenColons() {
    Recordings recordings =
        read(
            write(
                "Moves_TRAIN.ts",
                """
                # a comment
                @problemName Moves
                @timeStamps false
                @classLabel true walk run
                @data
                1,2,3:10,20,30:walk
                4,?,6:40,50,60: run
                """));
    assertThat(recordings.series()).isTrue();
    assertThat(recordings.channels()).containsExactly("c1", "c2");
    assertThat(recordings.recordings())
        .extracting(Recording::device)
        .containsExactly("Moves_TRAIN-00001", "Moves_TRAIN-00002");
    Recording walk = recordings.recordings().get(0);
    assertThat(walk.values()).containsExactly(1, 10, 2, 20, 3, 30);
    assertThat(walk.label(0)).isEqualTo("walk");
    Recording run = recordings.recordings().get(1);
    assertThat(run.values())
        .as("without the sample that misses a value")
        .containsExactly(4, 40, 6, 60);
    assertThat(run.timeMicros(1)).isEqualTo(2_000_000);
    assertThat(run.label(0)).isEqualTo("run");
  }

  @Test
  void aTsvFileHasTheLabelFirst() {
    Recordings recordings = read(write("a.tsv", "2\t0.5\t-1e-3\n1\t3\t4\n"));
    assertThat(recordings.channels()).containsExactly("value");
    assertThat(recordings.recordings().get(0).values()).containsExactly(0.5f, -1e-3f);
    assertThat(recordings.recordings().get(0).label(1)).isEqualTo("2");
  }

  @Test
  void matricesBesideLabelsAreTheChannelsOfTheSameSeries() {
    write("labels.txt", "on\noff\n");
    write("x.txt", "1 2  3\n4 5 6\n");
    write("y.txt", "10,20,30\n40,50,60\n");
    Recordings recordings = read(folder);
    assertThat(recordings.channels()).containsExactly("x", "y");
    assertThat(recordings.recordings()).hasSize(2);
    assertThat(recordings.recordings().get(1).values()).containsExactly(4, 40, 5, 50, 6, 60);
    assertThat(recordings.recordings().get(1).label(0)).isEqualTo("off");
    assertThat(read(folder.resolve("x.txt")).channels()).containsExactly("x");
  }

  @Test
  void foldersWithoutALabelColumnAreLabels() {
    write("sitting/1.csv", "time,x\n0,1\n250,2\n");
    write("standing/1.csv", "time,x\n0 3\n250  4 \n");
    Recordings recordings = read(folder);
    assertThat(recordings.series()).isFalse();
    assertThat(recordings.recordings())
        .extracting(Recording::device)
        .containsExactly("sitting/1", "standing/1");
    Recording standing = recordings.recordings().get(1);
    assertThat(standing.label(0)).isEqualTo("standing");
    assertThat(standing.values()).containsExactly(3, 4);
    assertThat(standing.timeMicros(1)).isEqualTo(250_000);
  }

  @Test
  void whatIsWrongIsSaidWithFileAndLine() {
    assertFault(write("a.ts", "@data\n1,x:a\n"), "a.ts line 2: value 2 is 'x'; expected a finite");
    assertFault(
        write("b.ts", "@classLabel true\n@data\n1,2:3:a\n"),
        "b.ts line 3: one channel has 2 values and another one 1");
    assertFault(
        write("c.ts", "@classLabel true\n@data\n1:3:a\n1:b\n"),
        "c.ts line 4: there are 1 channels; the series before have 2");
    assertFault(write("d.ts", "@classLabel true\n"), "d.ts has a header but no @data");
    assertFault(
        write("m/ts.txt", "1 2\n", "m/labels.txt", "a\nb\n"),
        "ts.txt has 1 series and " + folder.resolve("m/labels.txt") + " 2 labels");
  }

  @Test
  void recordingsWithTheSamplesOfAnotherOneAreFound() {
    Recordings recordings = read(write("a.tsv", "1\t5\t6\n1\t5\t6\n2\t5\t6\n1\t5\t7\n"));
    Recordings kept = recordings.withoutCopies();
    assertThat(kept.recordings())
        .extracting(Recording::device)
        .doesNotContain("a-00002")
        .hasSize(3);
    assertThat(kept.sha256()).isEqualTo(recordings.sha256());
  }

  @Test
  void realFilesAreRead() {
    assumeTrue(Files.isDirectory(DATA), "the recordings beside the project are not here");
    Recordings motions = read(DATA.resolve("basic-motions/BasicMotions_TRAIN.ts"));
    assertThat(motions.recordings()).hasSize(40).allMatch(one -> one.samples() == 100);
    assertThat(motions.channels()).hasSize(6);
    Recordings vowels = read(DATA.resolve("japanese-vowels/JapaneseVowels_TRAIN.ts"));
    assertThat(vowels.recordings()).hasSize(270);
    assertThat(vowels.recordings().stream().mapToInt(Recording::samples).summaryStatistics())
        .matches(lengths -> lengths.getMin() == 7 && lengths.getMax() <= 29);
    assertThat(read(DATA.resolve("synthetic-control/SyntheticControl_TEST.tsv")).recordings())
        .hasSize(300);
    Recordings arem = read(DATA.resolve("arem"));
    assertThat(arem.recordings()).hasSize(88);
    assertThat(arem.withoutCopies().recordings()).hasSize(82);
  }

  private static void assertFault(Path file, String message) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining(message);
  }

  private static Recordings read(Path path) {
    return RecordingReader.read(List.of(path));
  }

  /** Writes files, and returns the first. */
  private Path write(String... namesAndTexts) {
    try {
      for (int i = 0; i < namesAndTexts.length; i += 2) {
        Path file = folder.resolve(namesAndTexts[i]);
        Files.createDirectories(file.getParent());
        Files.writeString(file, namesAndTexts[i + 1]);
      }
      return folder.resolve(namesAndTexts[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
