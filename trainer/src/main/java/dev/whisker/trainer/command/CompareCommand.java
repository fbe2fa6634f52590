package dev.whisker.trainer.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whisker.classifier.cli.CommonOptions;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.classifier.cli.Terminal;
import dev.whisker.trainer.network.Network;
import dev.whisker.trainer.recording.Recordings;
import dev.whisker.trainer.report.ComparisonReport;
import dev.whisker.trainer.training.Comparison;
import dev.whisker.trainer.training.Comparison.Row;
import dev.whisker.trainer.training.Training;
import dev.whisker.trainer.training.TrainingProgress;
import dev.whisker.trainer.training.TrainingSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code whisker compare}: every kind of model on the same split. */
@Command(
    name = "compare",
    footer = {
      "",
      "Examples:",
      "  whisker compare --data recordings",
      "  whisker compare --data recordings --networks lstm,cnn,dense --epochs 10"
    },
    sortOptions = false,
    description = {
      "Trains every kind of model on the same recordings and compares them.",
      "Ctrl-C ends it early; the table of what is finished is printed."
    })
final class CompareCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private TrainingOptions options;
  @ParentCommand private TrainerCommands parent;
  @Mixin private ReportOption reportOption;

  @Option(
      names = "--networks",
      split = ",",
      paramLabel = "KIND",
      description = "Kinds of networks, separated by commas (default: all).")
  private List<String> networks;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "1",
      description = "How often all is done, each time with another split (default: 1).")
  private int seeds;

  @Option(
      names = "--folds",
      paramLabel = "K",
      defaultValue = "0",
      description =
          "Split the devices into K folds and test on one after the other, trained on the others"
              + " (default: one split).")
  private int folds;

  @Option(names = "--json", description = "Report as one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    if (seeds < 1) {
      throw new ParameterException(
          spec.commandLine(), "--seeds is " + seeds + "; expected 1 or more");
    }
    if (folds != 0 && folds < 2) {
      throw new ParameterException(
          spec.commandLine(), "--folds is " + folds + "; expected 2 or more");
    }
    List<String> kinds = networks == null ? Network.names() : networks;
    kinds.forEach(Network::named);
    reportOption.requireWritable();
    PrintWriter report = spec.commandLine().getOut();
    TrainingProgress progress =
        new ProgressLines(spec.commandLine().getErr(), Terminal.ERR.isLive());
    Recordings recordings = options.recordings(progress);
    Recordings testRecordings = options.testRecordings(recordings, progress);
    TrainingSettings settings = options.settings().build();
    StopSignal stop = parent.stop();
    stop.listen();
    List<Row> rows =
        new Comparison(Clock.systemUTC(), stop::isRequested)
            .compare(recordings, testRecordings, settings, kinds, seeds, folds, progress);
    if (reportOption.folder() != null) {
      Path page =
          ComparisonReport.write(
              reportOption.folder(),
              rows,
              seeds,
              folds,
              recordings,
              testRecordings,
              Training.provenance(recordings, settings, List.of()));
      progress.note("The report is " + page);
    }
    if (json) {
      ObjectNode node = JsonReport.fields(null);
      ArrayNode array = node.putArray("rows");
      rows.forEach(row -> array.add(JsonReport.fields(row)));
      node.put("recommendation", Comparison.recommendation(rows));
      report.println(JsonReport.line(node));
    } else {
      report.print(table(rows));
    }
    report.flush();
    return 0;
  }

  private String table(List<Row> rows) {
    StringBuilder text = new StringBuilder();
    line(text, "", "accuracy", "± sd   min–max      ", "macro F1", "training", "a window", "size");
    for (Row row : rows) {
      line(
          text,
          row.hasFilter() ? " " + Comparison.FILTERED : row.name(),
          number("%.4f", row.accuracy()),
          String.format(
              Locale.ROOT,
              "%.4f %.4f–%.4f",
              row.accuracySd(),
              row.accuracyMin(),
              row.accuracyMax()),
          number("%.4f", row.macroF1()),
          number("%.1f s", row.trainSeconds()),
          number("%.1f µs", row.microsPerWindow()),
          number("%.0f kB", row.bytes() / 1e3));
    }
    return text.append('\n').append(Comparison.recommendation(rows)).append('\n').toString();
  }

  /** A line of the table; the third column only where there is more than one run. */
  private void line(
      StringBuilder text,
      String name,
      String accuracy,
      String deviation,
      String macroF1,
      String training,
      String window,
      String size) {
    String spread = seeds > 1 || folds > 0 ? String.format(Locale.ROOT, " %20s", deviation) : "";
    text.append(
        String.format(
            Locale.ROOT,
            "  %-20s %8s%s %8s %10s %12s %9s%n",
            name,
            accuracy,
            spread,
            macroF1,
            training,
            window,
            size));
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
