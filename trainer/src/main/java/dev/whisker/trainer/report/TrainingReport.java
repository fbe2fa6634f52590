package dev.whisker.trainer.report;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.bundle.Manifest.DeviceScore;
import dev.whisker.classifier.bundle.Manifest.History;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.trainer.evaluation.Evaluation;
import dev.whisker.trainer.evaluation.Reliability;
import dev.whisker.trainer.export.LayerSummary;
import dev.whisker.trainer.recording.Recordings;
import dev.whisker.trainer.split.Part;
import dev.whisker.trainer.training.CrossValidation;
import dev.whisker.trainer.training.TrainedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a training made, as one page with plots that needs nothing but itself. The same training
 * gives the same bytes on a machine with the same fonts.
 */
public final class TrainingReport {
  private static final int FIRST_DEVICES = 10;
  private static final int MOST_DEVICES = 200;

  private final Bundle bundle;
  private final Manifest manifest;
  private final Evaluation test;
  private final Recordings recordings;
  private final Recordings testRecordings;

  /** Null: there are none. */
  private final CrossValidation folds;

  private final ScoredParts parts;
  private final Reliability reliability;
  private final Figures figures = new Figures();

  private TrainingReport(
      TrainedModel model, Recordings recordings, Recordings test, CrossValidation folds) {
    this.bundle = model.bundle();
    this.manifest = bundle.manifest();
    this.test = model.test();
    this.recordings = recordings;
    this.testRecordings = test;
    this.folds = folds;
    this.parts = ScoredParts.of(bundle, recordings, test);
    this.reliability = Reliability.of(parts.classified(), manifest.labels());
  }

  /** The file of a report in a folder. */
  public static Path file(Path folder) {
    return folder.resolve(Page.FILE);
  }

  /**
   * Refuses what would end without a report.
   *
   * @throws CommandFailure if this machine has no font to paint plots with
   */
  public static void requireFonts() {
    Figures.requireFonts("The report's plots need", "--report");
  }

  /**
   * Writes the report.
   *
   * @param folder is made if need be
   * @param model what was trained
   * @param recordings it was trained with
   * @param test other recordings it was tested on; null: a part of the first ones
   * @param folds what trainings on all devices but some reach on those; null: there were none
   * @return the file
   * @throws java.io.UncheckedIOException if it cannot be written
   */
  public static Path write(
      Path folder,
      TrainedModel model,
      Recordings recordings,
      Recordings test,
      CrossValidation folds) {
    return Page.write(folder, page(model, recordings, test, folds));
  }

  /** The page; see {@link #write}. */
  static String page(
      TrainedModel model, Recordings recordings, Recordings test, CrossValidation folds) {
    return Page.of("training", new TrainingReport(model, recordings, test, folds).view());
  }

  private View view() {
    Findings findings =
        new Findings(manifest, test, folds, parts, reliability, testRecordings != null);
    WindowPlots plots = new WindowPlots(manifest, figures);
    History history = manifest.provenance().history();
    long wrong = parts.windows().stream().filter(window -> !window.isRight()).count();
    return new View(
        manifest.name(),
        manifest.version(),
        Instant.parse(manifest.created()).truncatedTo(ChronoUnit.SECONDS).toString(),
        findings.model(),
        findings.result(),
        findings.weaknesses().isEmpty() ? null : new Weak(findings.weaknesses()),
        tiles(),
        history == null ? null : curves(history),
        test == null ? null : ConfusionTable.of(test),
        test == null ? List.of() : classes(),
        test == null ? null : devices(),
        parts.part() == Part.TEST ? "test" : "validation",
        reliability.bins().isEmpty() ? null : confidence(),
        new Windows(
            plots.legend(),
            plots.remark(),
            plots.examples(parts.windows()),
            plots.leftOut(),
            plots.mistakes(parts.windows()),
            wrong == 0 ? null : Quantity.count(wrong)),
        data(),
        network(),
        Provenance.of(manifest));
  }

  private List<Tile> tiles() {
    List<Tile> tiles = new ArrayList<>();
    if (test != null) {
      tiles.add(new Tile(Quantity.percent(test.accuracy()), "right on the test part"));
      tiles.add(new Tile(Quantity.percent(test.macroF1()), "macro F1"));
      if (test.baselines() != null) {
        tiles.add(
            new Tile(
                Quantity.percent(test.baselines().nearestNeighbor().accuracy()),
                "nearest neighbor"));
        tiles.add(
            new Tile(
                Quantity.percent(test.baselines().majority().accuracy()), "most frequent label"));
      }
      tiles.add(new Tile(Quantity.count(test.windows()), "windows tested"));
    }
    if (folds != null) {
      tiles.add(new Tile(Quantity.percent(folds.accuracy().mean()), "right on other devices"));
      tiles.add(new Tile(Quantity.percent(folds.macroF1().mean()), "macro F1"));
      tiles.add(new Tile(Quantity.count(folds.folds()), "folds tested"));
    }
    return tiles;
  }

  private Curves curves(History history) {
    List<Double> accuracy = doubles(history.accuracy());
    List<Double> validationAccuracy = doubles(history.validationAccuracy());
    return new Curves(
        figures.loss(doubles(history.loss()), doubles(history.validationLoss()), history.kept()),
        accuracy.isEmpty() && validationAccuracy.isEmpty()
            ? null
            : figures.accuracy(accuracy, validationAccuracy, history.kept()),
        history.kept(),
        history.loss().size());
  }

  private static List<Double> doubles(List<Float> values) {
    return values.stream().map(Float::doubleValue).toList();
  }

  private List<ClassRow> classes() {
    List<ClassRow> rows = new ArrayList<>();
    test.perClass()
        .forEach(
            (label, score) ->
                rows.add(
                    new ClassRow(
                        label,
                        Quantity.percent(score.precision()),
                        Quantity.percent(score.recall()),
                        Quantity.percent(score.f1()),
                        Quantity.count(score.support()),
                        score.recall() < 0.9 && score.support() > 0)));
    return rows;
  }

  /** The weakest first. */
  private Devices devices() {
    Comparator<Map.Entry<String, DeviceScore>> weakest =
        Comparator.comparingDouble(entry -> entry.getValue().accuracy());
    List<DeviceRow> rows =
        test.perDevice().entrySet().stream()
            .sorted(weakest.thenComparing(Map.Entry.comparingByKey()))
            .limit(MOST_DEVICES)
            .map(entry -> device(entry.getKey(), entry.getValue()))
            .toList();
    int devices = test.perDevice().size();
    int perfect =
        (int) test.perDevice().values().stream().filter(one -> one.accuracy() == 1).count();
    int first = Math.min(FIRST_DEVICES, devices - perfect);
    return new Devices(
        Quantity.count(perfect)
            + " of "
            + Quantity.counted(devices, "device")
            + (perfect == 1 ? " is" : " are")
            + " right in every window."
            + (first > 0 && devices > first ? " The weakest:" : ""),
        first == 0 ? null : new DeviceTable(rows.subList(0, first)),
        rows.size() == first ? null : new DeviceTable(rows.subList(first, rows.size())),
        devices == rows.size()
            ? null
            : Quantity.count(devices - rows.size()) + " better ones are left out.");
  }

  private static DeviceRow device(String name, DeviceScore score) {
    return new DeviceRow(
        name,
        Quantity.percent(score.accuracy()),
        Quantity.count(score.windows()),
        String.format(Locale.ROOT, "%.0f", 100 * score.accuracy()));
  }

  private Confidence confidence() {
    List<Double> confidences =
        reliability.bins().stream().map(Reliability.Bin::confidence).toList();
    List<Double> accuracies = reliability.bins().stream().map(Reliability.Bin::accuracy).toList();
    List<Named> facts = new ArrayList<>();
    facts.add(new Named("Temperature", String.format(Locale.ROOT, "%.3f", manifest.temperature())));
    facts.add(new Named("Uncertain below", threshold()));
    facts.add(new Named("Stable label", smoothing(manifest)));
    List<BinRow> bins = new ArrayList<>();
    for (Reliability.Bin bin : reliability.bins()) {
      bins.add(
          new BinRow(
              Quantity.percent(bin.from()) + " to " + Quantity.percent(bin.to()),
              Quantity.percent(bin.confidence()),
              Quantity.percent(bin.accuracy()),
              Quantity.count(bin.windows())));
    }
    return new Confidence(
        figures.reliability(
            confidences, accuracies, "Share of right predictions by their confidence"),
        facts,
        QualityTable.of(manifest.quality()),
        bins);
  }

  private String threshold() {
    Double asked = manifest.quality() == null ? null : manifest.quality().minPrecision();
    return (manifest.rejectThreshold() == 0
            ? "never"
            : Quantity.percent(manifest.rejectThreshold()))
        + (asked == null ? "" : ", for a precision of " + Quantity.percent(asked));
  }

  /** How a model's stable labels come about. */
  public static String smoothing(Manifest manifest) {
    if (manifest.smoothing().markov() != null) {
      return String.format(
          Locale.ROOT,
          "Markov filter, evidence %.2f a window",
          manifest.smoothing().markov().evidence());
    }
    return manifest.smoothing().n() == 1
        ? "that of every window: no smoothing"
        : manifest.smoothing().k() + " of " + manifest.smoothing().n() + " windows";
  }

  private Data data() {
    List<DataRow> rows = new ArrayList<>();
    for (int i = 0; i < manifest.labels().size(); i++) {
      int label = i;
      List<String> counts =
          parts.counts().stream().map(part -> Quantity.count(part.windows().get(label))).toList();
      rows.add(new DataRow(manifest.labels().get(i), counts));
    }
    rows.add(
        new DataRow(
            "no label of these",
            parts.counts().stream().map(part -> Quantity.count(part.others())).toList()));
    rows.add(
        new DataRow(
            "devices",
            parts.counts().stream().map(part -> Quantity.count(part.devices())).toList()));
    List<Named> facts = new ArrayList<>(RecordingFacts.of(recordings, manifest));
    if (testRecordings != null) {
      facts.add(new Named("To test on", RecordingFacts.size(testRecordings)));
    }
    return new Data(facts, rows);
  }

  private NetworkView network() {
    try {
      List<LayerRow> rows = new ArrayList<>();
      long parameters = 0;
      for (LayerSummary layer : LayerSummary.of(bundle.dl4j())) {
        rows.add(new LayerRow(layer.kind(), layer.shape(), Quantity.count(layer.parameters())));
        parameters += layer.parameters();
      }
      return new NetworkView(
          rows,
          Quantity.count(parameters),
          String.format(Locale.ROOT, "%.1f kB", bundle.onnx().length / 1e3),
          Quantity.counted(manifest.window().length(), "sample"),
          Quantity.counted(manifest.window().length() / manifest.frame(), "step"),
          Quantity.counted(manifest.frame(), "sample"),
          Quantity.counted(manifest.channels().size(), "channel"));
    } catch (IOException e) {
      throw new IllegalStateException("The network of a bundle just made cannot be read", e);
    }
  }

  // What the templates ask for, by these names.

  private record View(
      String name,
      String version,
      String created,
      String model,
      String result,
      Weak weak,
      List<Tile> tiles,
      Curves curves,
      ConfusionTable confusion,
      List<ClassRow> classes,
      Devices devices,
      String part,
      Confidence confidence,
      Windows windows,
      Data data,
      NetworkView network,
      Provenance provenance) {}

  private record Weak(List<String> points) {}

  private record Tile(String value, String name) {}

  private record Curves(String loss, String accuracy, int kept, int epochs) {}

  private record ClassRow(
      String label, String precision, String recall, String f1, String windows, boolean weak) {}

  private record Devices(String told, DeviceTable first, DeviceTable others, String leftOut) {}

  private record DeviceTable(List<DeviceRow> rows) {}

  private record DeviceRow(String device, String accuracy, String windows, String bar) {}

  private record Confidence(
      String plot, List<Named> facts, QualityTable quality, List<BinRow> bins) {}

  private record BinRow(String range, String confidence, String accuracy, String windows) {}

  private record Windows(
      List<WindowPlots.Legend> legend,
      String remark,
      List<WindowPlots.Examples> examples,
      String leftOut,
      List<WindowPlots.Plot> mistakes,
      String wrong) {}

  private record Data(List<Named> facts, List<DataRow> rows) {}

  private record DataRow(String name, List<String> counts) {}

  private record NetworkView(
      List<LayerRow> layers,
      String parameters,
      String size,
      String length,
      String steps,
      String frame,
      String channels) {}

  private record LayerRow(String kind, String shape, String parameters) {}
}
