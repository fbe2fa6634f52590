package dev.whisker.trainer.command;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.Channel;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.bundle.Manifest.Histogram;
import dev.whisker.classifier.bundle.Split;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.trainer.evaluation.Evaluation;
import dev.whisker.trainer.evaluation.Evaluator;
import dev.whisker.trainer.export.LayerSummary;
import dev.whisker.trainer.report.Quantity;
import dev.whisker.trainer.report.TrainingReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A bundle's manifest as text of at most 80 columns. */
final class ManifestText {
  private static final int WIDTH = 80;
  private static final int NAME_WIDTH = 14;

  private final Manifest manifest;
  private final StringBuilder text = new StringBuilder();

  private ManifestText(Manifest manifest) {
    this.manifest = manifest;
  }

  /** The text, ending with a line break. */
  static String of(Bundle bundle) {
    ManifestText text = new ManifestText(bundle.manifest());
    text.model();
    text.windows();
    text.field(
        "network",
        String.format(
            Locale.ROOT,
            "%s; ONNX %.1f kB, deeplearning4j %.1f kB",
            bundle.manifest().provenance().settings().getOrDefault("network", "unknown"),
            bundle.onnx().length / 1e3,
            bundle.dl4j().length / 1e3));
    text.state();
    text.layers(bundle);
    text.channels();
    text.quality();
    text.provenance();
    text.history();
    text.test();
    return text.text.toString();
  }

  private void model() {
    field("model", manifest.name() + " " + manifest.version());
    field("created", manifest.created());
    field("labels", String.join(", ", manifest.labels()));
    field(
        "test part",
        manifest.test() == null
            ? "none"
            : String.format(
                Locale.ROOT,
                "accuracy %.4f, macro F1 %.4f on %d windows",
                manifest.test().accuracy(),
                manifest.test().macroF1(),
                manifest.test().windows()));
  }

  private void windows() {
    WindowSpec window = manifest.window();
    field("period", Quantity.period(window.periodMicros()));
    field(
        "window",
        window.length()
            + " samples ("
            + Quantity.span(window.length() * window.periodMicros())
            + ")");
    field(
        "hop",
        window.hop() + " samples (" + Quantity.span(window.hop() * window.periodMicros()) + ")");
    field(
        "frame",
        manifest.frame() + " samples, " + window.length() / manifest.frame() + " steps a window");
    field(
        "gaps",
        String.format(
            Locale.ROOT,
            "a silence above %s periods starts over; grace %s",
            window.maxGapPeriods(),
            Quantity.span(window.graceMicros())));
    field("stable label", TrainingReport.smoothing(manifest));
    field("confidence", QualityText.threshold(manifest));
  }

  private void state() {
    if (manifest.state() != null) {
      field(
          "state",
          manifest.state().hidden()
              + " hidden and "
              + manifest.state().cell()
              + " cell values, carried from window to window");
    }
  }

  private void layers(Bundle bundle) {
    List<LayerSummary> layers;
    try {
      layers = LayerSummary.of(bundle.dl4j());
    } catch (IOException e) {
      throw new CommandFailure(
          "The network.dl4j.zip of the model cannot be read: "
              + e.getMessage()
              + ". Train the model again",
          e);
    }
    text.append('\n');
    line("  %-32s %-32s %10s", "layer", "values a step, in and out", "parameters");
    for (LayerSummary layer : layers) {
      line("  %-32s %-32s %,10d", layer.kind(), layer.shape(), layer.parameters());
    }
  }

  private void channels() {
    text.append('\n');
    line(
        "  %-20s %-6s %11s %11s %11s %11s", "channel", "unit", "mean", "deviation", "10 %", "90 %");
    for (int c = 0; c < manifest.channels().size(); c++) {
      Channel channel = manifest.channels().get(c);
      List<Float> edges =
          c < manifest.histograms().size()
              ? manifest.histograms().get(c).edges()
              : new Histogram(List.of(), List.of()).edges();
      line(
          "  %-20s %-6s %11.4g %11.4g %11s %11s",
          channel.name(),
          channel.unit(),
          manifest.normalizer().mean().get(c),
          manifest.normalizer().standardDeviation().get(c),
          edges.isEmpty() ? "" : String.format(Locale.ROOT, "%.4g", edges.get(0)),
          edges.isEmpty() ? "" : String.format(Locale.ROOT, "%.4g", edges.get(edges.size() - 1)));
    }
    text.append('\n');
  }

  /** The quality, how often labels were predicted and what follows what; where it is told. */
  private void quality() {
    String quality = QualityText.of(manifest);
    text.append(quality).append(quality.isEmpty() ? "" : "\n");
    if (!manifest.predicted().isEmpty()) {
      List<String> shares = new ArrayList<>();
      for (int i = 0; i < manifest.labels().size(); i++) {
        shares.add(
            String.format(
                Locale.ROOT,
                "%s %.1f %%",
                manifest.labels().get(i),
                100 * manifest.predicted().get(i)));
      }
      field("predicted", String.join(", ", shares));
    }
    if (manifest.smoothing().markov() != null) {
      List<String> stays = new ArrayList<>();
      for (int i = 0; i < manifest.labels().size(); i++) {
        stays.add(
            String.format(
                Locale.ROOT,
                "%s %.4f",
                manifest.labels().get(i),
                manifest.smoothing().markov().transitions().get(i).get(i)));
      }
      field("label stays", String.join(", ", stays));
    }
  }

  private void provenance() {
    Split split = manifest.split();
    field(
        "split",
        String.format(
            Locale.ROOT,
            "by %s, %.0f %% to test on, %.0f %% of the rest to validate on",
            split.kind().name().toLowerCase(Locale.ROOT),
            100 * split.testShare(),
            100 * split.validationShare()));
    Manifest.Provenance provenance = manifest.provenance();
    field("recordings", provenance.recordings() + " devices, " + provenance.dataSha256());
    field("seed", String.valueOf(provenance.seed()));
    field("settings", pairs(provenance.settings()));
    field("libraries", pairs(provenance.libraries()));
    field("commit", provenance.commit().isEmpty() ? "unknown" : provenance.commit());
  }

  /** How the training went; older bundles do not know. */
  private void history() {
    if (manifest.provenance().history() != null) {
      text.append(HistoryText.of(manifest.provenance().history()));
    }
  }

  /** How it did on the test part, and simple rules; older bundles do not know. */
  private void test() {
    Evaluation test = Evaluator.recorded(manifest);
    if (test != null) {
      text.append(EvaluationText.recorded(test));
    }
  }

  private static String pairs(Map<String, String> values) {
    return String.join(
        ", ",
        values.entrySet().stream().map(entry -> entry.getKey() + " " + entry.getValue()).toList());
  }

  /** A name and its value, broken between words where it is too long for a line. */
  private void field(String name, String value) {
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-14s", name));
    for (String word : value.split(" ")) {
      if (line.length() > NAME_WIDTH && line.length() + 1 + word.length() > WIDTH) {
        line("%s", line);
        line = new StringBuilder(" ".repeat(NAME_WIDTH));
      }
      line.append(line.length() > NAME_WIDTH ? " " : "").append(word);
    }
    line("%s", line);
  }

  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }
}
