package dev.whisker.trainer.command;

import dev.whisker.trainer.report.TrainingReport;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where a command that trains writes its report. */
final class ReportOption {
  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Also write a page with plots, DIR/index.html, that needs nothing but itself.")
  private Path folder;

  /** The report's folder; null: none is asked for. */
  Path folder() {
    return folder;
  }

  /**
   * Refuses what would end without a report, before anything is trained.
   *
   * @throws dev.whisker.classifier.cli.CommandFailure if it cannot be painted or written
   */
  void requireWritable() {
    if (folder != null) {
      OutputFile.requireWritable(TrainingReport.file(folder), "The report", "--report");
      TrainingReport.requireFonts();
    }
  }
}
