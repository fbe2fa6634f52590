package dev.whisker.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.classifier.bundle.Quality;
import dev.whisker.trainer.Samples;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.recording.Recordings;
import dev.whisker.trainer.training.CrossValidation;
import dev.whisker.trainer.training.Spread;
import dev.whisker.trainer.training.TrainedModel;
import dev.whisker.trainer.training.Training;
import dev.whisker.trainer.training.TrainingProgress;
import dev.whisker.trainer.training.TrainingSettings;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class TrainingReportTest {
  private static final String HOSTILE = "<script>alert('\"&')</script>";
  private static final Pattern FETCHED =
      Pattern.compile("(src|href)=\"(?!#)|url\\((?!#)|@import|<(script|link|img|iframe|object)\\b");

  private static TrainedModel model;
  private static String page;
  private static Document document;

  @BeforeAll
  static void train() throws Exception {
    model = trained(hostile(), null, settings().build());
    page = TrainingReport.page(model, hostile(), null, null);
    document = parsed(page);
  }

  @Test
  void everySectionIsThereAndNamedOnce() {
    assertThat(ids())
        .contains("summary", "training", "confusion", "classes", "devices", "confidence")
        .contains("examples", "mistakes", "data", "network", "settings")
        .doesNotHaveDuplicates();
    assertThat(ids()).containsAll(targets());
  }

  @Test
  void thePageTellsWhatTheTrainingMeasured() {
    assertThat(page)
        .contains(Quantity.percent(model.test().accuracy()) + "</b><span>right on the test part")
        .contains(
            Quantity.percent(model.test().baselines().nearestNeighbor().accuracy())
                + "</b><span>nearest neighbor")
        .contains("trained on 114 windows of 6 devices", "On 76 windows of 4 devices")
        .contains(model.bundle().manifest().provenance().dataSha256())
        .contains("<dt>learning-rate</dt><dd>0.02</dd>", "50 Hz", "<th>LSTM</th>");
    for (List<Integer> row : model.test().confusion()) {
      row.forEach(count -> assertThat(page).contains("\">" + count + "<small>"));
    }
  }

  @Test
  void curvesReliabilityExamplesAndMistakesArePlotted() {
    assertThat(plots("training")).isEqualTo(2);
    assertThat(plots("confidence")).isEqualTo(1);
    assertThat(plots("examples")).isBetween(2, 6);
    long wrong = Math.round((1 - model.test().accuracy()) * model.test().windows());
    assertThat(wrong).as("mistakes to be shown").isPositive();
    assertThat(plots("mistakes")).isPositive();
    assertThat(page).contains("Of " + wrong + " windows of the test part");
  }

  @Test
  void calibrationThresholdAndSmoothingAreToldOfBothParts() throws Exception {
    TrainedModel asked =
        trained(
            hostile(), null, settings().epochs(6).minPrecision(0.8).smoothing("2-of-3").build());
    Quality quality = asked.bundle().manifest().quality();
    String shown = TrainingReport.page(asked, hostile(), null, null);
    parsed(shown);
    assertThat(shown)
        .contains("for a precision of 80.0 %", "<dd>2 of 3 windows</dd>")
        .contains(cells("Calibration error", quality, Quality.OnPart::calibrationError))
        .contains(cells("before temperature", quality, Quality.OnPart::uncalibratedError))
        .contains(cells("Coverage: not uncertain", quality, Quality.OnPart::coverage))
        .contains(cells("right of those", quality, Quality.OnPart::precision))
        .contains(
            cells("Stable label is right", quality, part -> part.smoothing().stableAccuracy()))
        .contains(cells("without smoothing", quality, part -> part.smoothing().accuracy()))
        .contains(
            "<th>False state changes</th><td>"
                + quality.validation().smoothing().stableFalseChanges()
                + "</td><td>"
                + quality.test().smoothing().stableFalseChanges()
                + "</td>");
  }

  private static String cells(String name, Quality quality, Function<Quality.OnPart, Double> of) {
    return "<th>"
        + name
        + "</th><td>"
        + Quantity.percent(of.apply(quality.validation()))
        + "</td><td>"
        + Quantity.percent(of.apply(quality.test()))
        + "</td>";
  }

  @Test
  void paddedWindowsArePlottedAsFarAsTheyHaveSamples() throws Exception {
    Recordings series = Samples.series(24, 12, 30);
    TrainedModel padded =
        trained(series, null, settings().window(null).hop(null).frame(null).build());
    assertThat(padded.bundle().manifest().window().pads()).isTrue();
    String shown = TrainingReport.page(padded, series, null, null);
    parsed(shown);
    assertThat(shown).doesNotContain("NaN", "False state changes");
  }

  @Test
  void windowsWithoutTruthAreCountedAndNotScored() throws Exception {
    List<Recording> partly = new ArrayList<>();
    for (Recording recording : Samples.sines(12, 200, 1).recordings()) {
      long[] times = new long[recording.samples()];
      String[] labels = new String[recording.samples()];
      for (int i = 0; i < times.length; i++) {
        times[i] = recording.timeMicros(i);
        labels[i] = i < 60 ? null : recording.label(i);
      }
      partly.add(new Recording(recording.device(), 2, times, recording.values(), labels));
    }
    Recordings recordings = Recordings.of(List.of("x", "y"), partly);
    TrainedModel trained = trained(recordings, null, settings().epochs(1).build());
    String shown = TrainingReport.page(trained, recordings, null, null);
    parsed(shown);
    assertThat(shown).contains("<th>no label of these</th><td>36</td>");
  }

  @Test
  void nothingIsFetched() {
    assertThat(FETCHED.matcher(page).find()).isFalse();
    assertThat(
            page.replace("http://www.w3.org/2000/svg", "")
                .replace("http://www.w3.org/1999/xlink", ""))
        .doesNotContain("http:", "https:", "file:");
  }

  @Test
  void namesFromTheDataAreTextAndNothingElse() {
    assertThat(page).doesNotContain("<script").contains("&lt;script&gt;alert(");
    assertThat(document.getElementsByTagName("script").getLength()).isZero();
    assertThat(text("data")).contains(HOSTILE);
    assertThat(text("classes")).contains("slow " + HOSTILE);
    assertThat(text("devices")).contains("device-" + HOSTILE);
  }

  @Test
  void theSameTrainingGivesTheSameBytes() {
    TrainedModel again = trained(hostile(), null, settings().build());
    assertThat(TrainingReport.page(again, hostile(), null, null)).isEqualTo(page);
  }

  @Test
  void aModelThatWasNotTestedIsShownByItsValidationPart() throws Exception {
    Recordings recordings = Samples.sines(6, 200, 1);
    TrainedModel untested = trained(recordings, null, settings().testShare(0).epochs(1).build());
    assertThat(untested.test()).isNull();
    String shown = TrainingReport.page(untested, recordings, null, null);
    parsed(shown);
    assertThat(shown)
        .contains("No window with a known label was left to test on", "On the validation part")
        .doesNotContain("id=\"confusion\"");
  }

  @Test
  void whatFoldsReachIsToldOfAModelThatWasTrainedOnAllDevices() throws Exception {
    Recordings recordings = Samples.sines(6, 200, 1);
    TrainedModel untested = trained(recordings, null, settings().testShare(0).epochs(1).build());
    CrossValidation folds =
        new CrossValidation(
            3, new Spread(0.912, 0.03, 0.88, 0.95), new Spread(0.905, 0.04, 0.86, 0.94));
    String shown = TrainingReport.page(untested, recordings, null, folds);
    parsed(shown);
    assertThat(shown)
        .contains("3 trainings like it", "right for 91.2 % on average", "from 88.0 % to 95.0 %")
        .contains("91.2 %</b><span>right on other devices")
        .doesNotContain("is not known");
  }

  @Test
  void constantChannelsAndVeryDifferentOnesArePlottedToo() throws Exception {
    List<Recording> odd = new ArrayList<>();
    for (Recording recording : Samples.sines(6, 200, 1).recordings()) {
      float[] values = new float[4 * recording.samples()];
      for (int i = 0; i < recording.samples(); i++) {
        values[4 * i] = recording.values()[2 * i];
        values[4 * i + 1] = 1e6f * recording.values()[2 * i + 1];
        values[4 * i + 2] = 7;
      }
      odd.add(copy(recording, recording.device(), 4, values, ""));
    }
    Recordings recordings = Recordings.of(List.of("a", "b", "constant", "zero"), odd);
    TrainedModel trained = trained(recordings, null, settings().network("dense").epochs(1).build());
    String shown = TrainingReport.page(trained, recordings, null, null);
    parsed(shown);
    assertThat(shown).contains("each is shown in standard deviations").doesNotContain("NaN");
  }

  @Test
  void itIsWrittenIntoAFolderThatIsMade(@TempDir Path folder) throws IOException {
    Path inner = folder.resolve("a/b");
    Path file = TrainingReport.write(inner, model, hostile(), null, null);
    assertThat(file).isEqualTo(TrainingReport.file(inner)).content().isEqualTo(page);
    try (var files = Files.list(inner)) {
      assertThat(files).containsExactly(file);
    }
  }

  private static TrainingSettings.Builder settings() {
    return TrainingSettings.builder()
        .created(Instant.parse("2026-01-31T12:00:00Z"))
        .network("lstm")
        .window(20)
        .hop(10)
        .frame(4)
        .units(4)
        .embedding(4)
        .batch(32)
        .learningRate(0.02)
        .epochs(2);
  }

  private static TrainedModel trained(
      Recordings recordings, Recordings test, TrainingSettings settings) {
    return new Training(Clock.systemUTC())
        .train(recordings, test, settings, TrainingProgress.silent());
  }

  /** Recordings with labels, devices and channels that would break a page. */
  private static Recordings hostile() {
    List<Recording> recordings = new ArrayList<>();
    for (Recording recording : Samples.sines(12, 200, 1).recordings()) {
      recordings.add(
          copy(
              recording,
              recording.device().replace("device-", "device-" + HOSTILE),
              2,
              recording.values(),
              " " + HOSTILE));
    }
    return Recordings.of(List.of("x", HOSTILE), recordings);
  }

  private static Recording copy(
      Recording recording, String device, int channels, float[] values, String suffix) {
    long[] times = new long[recording.samples()];
    String[] labels = new String[recording.samples()];
    for (int i = 0; i < times.length; i++) {
      times[i] = recording.timeMicros(i);
      labels[i] = recording.label(i) + suffix;
    }
    return new Recording(device, channels, times, values, labels);
  }

  static Document parsed(String page) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(page)));
  }

  private static List<String> ids() {
    List<String> ids = new ArrayList<>();
    NodeList all = document.getElementsByTagName("*");
    for (int i = 0; i < all.getLength(); i++) {
      String id = ((Element) all.item(i)).getAttribute("id");
      if (!id.isEmpty()) {
        ids.add(id);
      }
    }
    return ids;
  }

  private static Set<String> targets() {
    Set<String> targets = new HashSet<>();
    NodeList links = document.getElementsByTagName("a");
    for (int i = 0; i < links.getLength(); i++) {
      targets.add(((Element) links.item(i)).getAttribute("href").substring(1));
    }
    return targets;
  }

  private static Element section(String id) {
    NodeList sections = document.getElementsByTagName("section");
    for (int i = 0; i < sections.getLength(); i++) {
      Element section = (Element) sections.item(i);
      if (section.getAttribute("id").equals(id)) {
        return section;
      }
    }
    throw new AssertionError("There is no section " + id);
  }

  private static String text(String section) {
    return section(section).getTextContent();
  }

  private static int plots(String section) {
    return section(section).getElementsByTagName("svg").getLength();
  }
}
