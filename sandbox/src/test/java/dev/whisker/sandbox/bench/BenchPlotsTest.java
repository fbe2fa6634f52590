package dev.whisker.sandbox.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whisker.classifier.cli.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class BenchPlotsTest {
  @TempDir private Path folder;

  @Test
  void everyLineThatWasMeasuredHasAFile() throws Exception {
    List<Figure> growth = new ArrayList<>();
    for (int devices : GrowthLine.DEVICES.values(true)) {
      growth.add(point(GrowthLine.DEVICES, devices, 5e8 / devices));
    }
    growth.add(point(GrowthLine.OVERLAP, 1, 900));
    growth.add(point(GrowthLine.OVERLAP, 16, 3_000));
    growth.add(point(GrowthLine.THREADS, 1, 900));

    List<Path> files = BenchPlots.write(growth, folder);

    assertThat(files)
        .containsExactly(
            folder.resolve("growth-devices.svg"),
            folder.resolve("growth-overlap.svg"),
            folder.resolve("growth-threads.svg"));
    for (Path file : files) {
      Document document =
          DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
      assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
      assertThat(document.getElementsByTagName("polyline").getLength()).isPositive();
      assertThat(Files.size(file)).isLessThan(100_000);
    }
  }

  @Test
  void theSameFiguresGiveTheSameFile() throws Exception {
    List<Figure> growth =
        List.of(point(GrowthLine.LENGTH, 64, 4_000), point(GrowthLine.LENGTH, 4_096, 250));
    Path other = folder.resolve("other");
    BenchPlots.require(other);

    Path first = BenchPlots.write(growth, folder).get(0);
    Path second = BenchPlots.write(growth, other).get(0);

    assertThat(second).hasSameBinaryContentAs(first);
  }

  @Test
  void aFolderThatCannotBeMadeIsRefusedBeforeAnythingIsMeasured() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> BenchPlots.require(file))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("--plots");
  }

  private static Figure point(GrowthLine line, int value, double windowsPerSecond) {
    return Figure.of(line.told(value), "windows/s", List.of(windowsPerSecond))
        .with(GrowthBench.GROWN, (double) value)
        .with(GrowthBench.WINDOWS_PER_SECOND, windowsPerSecond)
        .with(GrowthBench.MEMORY_MB, 400.0 + value);
  }
}
