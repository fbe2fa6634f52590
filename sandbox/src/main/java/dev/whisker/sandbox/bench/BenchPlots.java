package dev.whisker.sandbox.bench;

import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.trainer.report.GrowthPlot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The growth that was measured as SVG files, one a line: windows a second and memory. */
public final class BenchPlots {
  private BenchPlots() {}

  /**
   * Checks beforehand that plots can be written.
   *
   * @param folder is made if need be
   * @throws CommandFailure if there can be none
   */
  public static void require(Path folder) {
    GrowthPlot.requireFonts("--plots");
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw failed(folder, e);
    }
  }

  /**
   * Writes a file for each line that has a point.
   *
   * @return the files
   * @throws CommandFailure if one cannot be written
   */
  public static List<Path> write(List<Figure> growth, Path folder) {
    List<Path> files = new ArrayList<>();
    for (GrowthLine line : GrowthLine.values()) {
      List<Figure> points = growth.stream().filter(line::has).toList();
      if (points.isEmpty()) {
        continue;
      }
      Path file = folder.resolve("growth-" + line.name().toLowerCase(Locale.ROOT) + ".svg");
      try {
        Files.writeString(file, svg(line, points), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw failed(file, e);
      }
      files.add(file);
    }
    return files;
  }

  private static String svg(GrowthLine line, List<Figure> points) {
    List<GrowthPlot.Panel> panels = new ArrayList<>();
    panels.add(new GrowthPlot.Panel("windows/s", values(points, GrowthBench.WINDOWS_PER_SECOND)));
    // Not every system tells it.
    if (points.stream().allMatch(point -> point.more().containsKey(GrowthBench.MEMORY_MB))) {
      panels.add(new GrowthPlot.Panel("memory, MB", values(points, GrowthBench.MEMORY_MB)));
    }
    return GrowthPlot.of(
        line.axis(),
        values(points, GrowthBench.GROWN),
        panels,
        "Windows a second and memory by " + line.axis());
  }

  private static List<Double> values(List<Figure> points, String what) {
    return points.stream().map(point -> point.more().get(what)).toList();
  }

  private static CommandFailure failed(Path path, IOException cause) {
    return new CommandFailure(
        "The plots cannot be written to "
            + path
            + ": "
            + cause
            + ". Give a folder that can be written with --plots",
        cause);
  }
}
