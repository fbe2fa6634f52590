package dev.whisker.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.bundle.Split;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.engine.Engine;
import dev.whisker.classifier.engine.SequenceClassifier;
import dev.whisker.classifier.smoothing.Markov;
import dev.whisker.classifier.smoothing.Smoothing;
import dev.whisker.trainer.Samples;
import dev.whisker.trainer.evaluation.ClassifiedWindows;
import dev.whisker.trainer.evaluation.Evaluation;
import dev.whisker.trainer.evaluation.Evaluator;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.recording.Recordings;
import dev.whisker.trainer.split.Block;
import dev.whisker.trainer.split.Part;
import dev.whisker.trainer.split.Parts;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingTest {
  private static final Instant CREATED = Instant.parse("2026-01-31T12:00:00Z");
  private static final Clock CLOCK = Clock.systemUTC();
  private static final Recordings SINES = Samples.sines(12, 200, 1);

  private static TrainedModel model;

  @BeforeAll
  static void train() {
    model = train(SINES, small().build());
  }

  @Test
  void twoKindsOfSinesAreToldApartOnDevicesNeverSeen() {
    assertThat(model.test().accuracy()).isGreaterThanOrEqualTo(0.95);
    assertThat(model.test().windows()).isEqualTo(4 * 19);
    assertThat(model.test().baselines().majority().accuracy()).isEqualTo(0.5);
    assertThat(model.bundle().manifest().labels()).containsExactly("fast", "slow");
    assertThat(model.bundle().manifest().split().kind()).isEqualTo(Split.Kind.DEVICE);
    assertThat(model.bundle().manifest().split().test()).hasSize(4);
  }

  @Test
  void autoKeepsWhatIsBestOnTheValidationPart() {
    List<String> notes = new ArrayList<>();
    TrainedModel trained =
        new Training(CLOCK)
            .train(SINES, null, small().network("auto").epochs(2).build(), noting(notes));
    String kept = trained.bundle().manifest().provenance().settings().get("network");
    assertThat(kept).isIn("lstm", "cnn-lstm");
    assertThat(notes)
        .anySatisfy(
            note ->
                assertThat(note)
                    .startsWith("Accuracy on the validation part: lstm ")
                    .endsWith("; kept " + kept));
    String other = kept.equals("lstm") ? "cnn-lstm" : "lstm";
    TrainedModel otherwise = train(SINES, small().network(other).epochs(2).build());
    double best = Math.max(trained.validationAccuracy(), otherwise.validationAccuracy());
    double noise = Spread.standardError(best, trained.validationWindows());
    assertThat(trained.validationAccuracy()).isGreaterThanOrEqualTo(best - noise);
  }

  @Test
  void autoTriesFinerFramesWhereTheWindowIsLongAndNoneAreSet() {
    RecordedProgress progress = new RecordedProgress();
    TrainingSettings.Builder settings = small().network("auto").window(60).frame(null).epochs(1);
    TrainedModel trained = new Training(CLOCK).train(SINES, null, settings.build(), progress);
    assertThat(progress.notes)
        .anySatisfy(
            note ->
                assertThat(note)
                    .containsPattern(
                        "^Accuracy on the validation part: lstm [0-9.]+, lstm in frames of 1 sample"
                            + " [0-9.]+, cnn-lstm [0-9.]+; kept "));
    assertThat(trained.bundle().manifest().frame()).isIn(1, 3);
    RecordedProgress set = new RecordedProgress();
    new Training(CLOCK).train(SINES, null, settings.frame(5).build(), set);
    assertThat(set.epochs).hasSize(2);
  }

  @Test
  void autoTriesOnlyOneKindWhereNothingValidates() {
    RecordedProgress progress = new RecordedProgress();
    TrainedModel trained =
        new Training(CLOCK)
            .train(
                SINES,
                null,
                small().network("auto").epochs(1).validationShare(0).build(),
                progress);
    assertThat(progress.epochs).hasSize(1);
    assertThat(trained.bundle().manifest().provenance().settings())
        .containsEntry("network", "lstm");
    assertThat(progress.notes)
        .contains("Took lstm: without a validation part there is no choosing");
  }

  @Test
  void autoNotesOnceWhatConcernsAllKindsAndTellsWhenTheChoiceMayBeChance() {
    RecordedProgress progress = new RecordedProgress();
    new Training(CLOCK)
        .train(withConstantChannel(), null, small().network("auto").epochs(1).build(), progress);
    assertThat(progress.notes).filteredOn(note -> note.startsWith("Channel y")).hasSize(1);
    RecordedProgress near = new RecordedProgress();
    new Training(CLOCK).train(SINES, null, small().network("auto").build(), near);
    // Both are right on nearly all of the validation part.
    assertThat(near.notes)
        .anySatisfy(
            note ->
                assertThat(note)
                    .startsWith(
                        "Which is best may be chance: cnn-lstm and lstm are within a standard")
                    .endsWith("of such cnn-lstm is usually best elsewhere"));
  }

  @Test
  void autoGoesOnWithWhatCanBeTrainedAndFailsOnlyIfNothingCan() {
    RecordedProgress progress = new RecordedProgress();
    TrainingSettings.Builder settings = small().network("auto").epochs(2);
    assertThatThrownBy(
            () ->
                new Training(CLOCK)
                    .train(
                        SINES,
                        null,
                        settings.classWeights(ClassWeights.parse("quick=2")).build(),
                        progress))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("names the label 'quick'; the training part has [fast, slow]");
    assertThat(progress.notes).filteredOn(note -> note.contains("cannot be trained")).hasSize(2);
  }

  @Test
  void autoSharesItsTimeAmongTheKinds() {
    RecordedProgress progress = new RecordedProgress();
    new Training(new TickingClock())
        .train(
            SINES,
            null,
            small().network("auto").epochs(1_000).timeLimit(Duration.ofSeconds(60)).build(),
            progress);
    assertThat(progress.ends).hasSize(2).allMatch(why -> why.startsWith("time limit reached"));
    assertThat(progress.epochs.get(progress.epochs.size() - 1).elapsed())
        .isBetween(Duration.ofSeconds(50), Duration.ofSeconds(64));
    assertThat(progress.epochs)
        .allMatch(
            epoch -> epoch.elapsed().plus(epoch.left()).compareTo(Duration.ofSeconds(64)) <= 0);
    assertThat(progress.notes)
        .anySatisfy(
            note -> assertThat(note).startsWith("The time limit of 30 s has cut lstm from 1000"));
  }

  @Test
  void aTrainingThatIsStoppedKeepsTheBestSoFar() {
    RecordedProgress progress = new RecordedProgress();
    TrainedModel trained =
        new Training(CLOCK, () -> progress.epochs.size() == 2, Checkpoints.none())
            .train(SINES, null, small().network("auto").build(), progress);
    assertThat(trained.history()).hasSize(2);
    assertThat(trained.test()).isNotNull();
    assertThat(progress.ends).singleElement().asString().startsWith("stopped; epoch ");
    assertThat(progress.notes).contains("Stopped: cnn-lstm was not tried");
  }

  @Test
  void aTrainingThatIsStoppedBeforeItBeginsStillTrainsOnABatch() {
    TrainedModel trained =
        new Training(CLOCK, () -> true, Checkpoints.none())
            .train(SINES, null, small().build(), TrainingProgress.silent());
    assertThat(trained.history()).hasSize(1);
  }

  @Test
  void aCrossValidationTestsOnEveryDevice() {
    RecordedProgress progress = new RecordedProgress();
    CrossValidation result =
        new Training(CLOCK).crossValidate(SINES, small().epochs(2).build(), 3, progress);
    assertThat(result.folds()).isEqualTo(3);
    assertThat(progress.epochs).hasSize(6);
    assertThat(result.accuracy().min()).isLessThanOrEqualTo(result.accuracy().mean());
    assertThat(result.accuracy().max()).isGreaterThanOrEqualTo(result.accuracy().mean());
    assertThatThrownBy(
            () -> Training.requireFoldable(SINES, SINES, TrainingSettings.builder().build(), 3))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("Leave out --folds, or --test");
  }

  private static TrainingProgress noting(List<String> notes) {
    return new TrainingProgress() {
      @Override
      public void note(String text) {
        notes.add(text);
      }

      @Override
      public void epoch(Epoch epoch) {}

      @Override
      public void finished(String why) {}
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"lstm", "stacked-lstm", "bilstm", "cnn-lstm", "cnn", "rnn", "dense"})
  void everyNetworkAgreesWithItsExportOnEveryTestWindow(String network) {
    TrainedModel trained = train(SINES, small().network(network).epochs(1).build());
    assertThat(trained.parity()).isLessThan(Training.MOST_DIFFERENCE);
    assertThat(trained.parityWindows()).isEqualTo(trained.test().windows());
  }

  @ParameterizedTest
  @ValueSource(strings = {"lstm", "cnn-lstm", "dense"})
  void theAccuracyOnTheTrainingPartIsThatOfTheOutputsThatAreFitted(String network) {
    // A step of no size leaves the first network, whose accuracy validation would count too.
    TrainingSettings still =
        small().network(network).epochs(1).learningRate(1e-30).shift(false).roll(false).build();
    TrainedModel trained = train(SINES, still);
    double counted = trained.history().get(0).accuracy();
    assertThat(counted * trained.trainingWindows())
        .isCloseTo(Math.round(counted * trained.trainingWindows()), within(1e-6));
    if (!network.startsWith("cnn")) { // what they normalize by is another in training
      assertThat(counted).isEqualTo(accuracyOnTrainingPart(trained.bundle()));
    }
  }

  @Test
  void theAccuracyOnTheTrainingPartRisesWhereThePartIsLearnt() {
    List<TrainingProgress.Epoch> history = model.history();
    assertThat(history.get(history.size() - 1).accuracy()).isGreaterThan(0.9);
    assertThat(history.get(0).accuracy()).isLessThan(history.get(history.size() - 1).accuracy());
  }

  @Test
  void theBundleRemembersHowTheTrainingWentAndWhatTheTestConfused() {
    Manifest.History history = model.bundle().manifest().provenance().history();
    assertThat(history.loss()).hasSameSizeAs(model.history());
    assertThat(history.accuracy()).hasSameSizeAs(model.history());
    assertThat(history.validationLoss()).hasSameSizeAs(model.history());
    assertThat(history.validationAccuracy().get(history.kept() - 1))
        .isEqualTo((float) model.validationAccuracy());
    assertThat(model.bundle().manifest().test().confusion()).isEqualTo(model.test().confusion());
    assertThat(Evaluator.recorded(model.bundle().manifest()).perClass())
        .isEqualTo(model.test().perClass());
  }

  @Test
  void theSameSeedAndTimeOfCreationGiveTheSameBytesAndAnotherSeedOthers() {
    TrainingSettings.Builder settings = small().epochs(2).dropout(0.2).jitter(0.1).layers(2);
    byte[] bytes = train(SINES, settings.build()).bundle().toBytes();
    assertThat(train(SINES, settings.build()).bundle().toBytes()).isEqualTo(bytes);
    assertThat(train(SINES, settings.seed(2).build()).bundle().toBytes()).isNotEqualTo(bytes);
  }

  @Test
  void theBundleOnDiskScoresWhatTheTrainingReported(@TempDir Path folder) {
    Path file = folder.resolve("sines.whisker");
    model.bundle().write(file);
    Bundle bundle = Bundle.read(file);
    assertThat(bundle.manifest()).isEqualTo(model.bundle().manifest());
    assertThat(bundle.manifest().created()).isEqualTo("2026-01-31T12:00:00Z");
    assertThat(bundle.manifest().version()).isEqualTo(Bundle.sha256(bundle.onnx()).substring(0, 8));
    assertThat(bundle.manifest().provenance().dataSha256()).isEqualTo(SINES.sha256());
    assertThat(bundle.manifest().provenance().libraries())
        .containsEntry("onnxruntime", "1.28.0")
        .containsKey("deeplearning4j");
    for (String engine : List.of("onnx", "dl4j")) {
      Evaluation test = evaluate(bundle, engine);
      assertThat(test.confusion()).isEqualTo(model.test().confusion());
      assertThat(test.accuracy()).isEqualTo(bundle.manifest().test().accuracy());
      assertThat(test.macroF1()).isEqualTo(bundle.manifest().test().macroF1());
    }
  }

  @Test
  void statisticsAreOfTheTrainingPartAlone() {
    TrainingSettings settings = small().epochs(1).build();
    List<Recording> changed = new ArrayList<>();
    for (Recording recording : SINES.recordings()) {
      boolean training =
          !model.bundle().manifest().split().test().contains(recording.device())
              && !model.bundle().manifest().split().validation().contains(recording.device());
      changed.add(training ? recording : scaled(recording));
    }
    Bundle other = train(Recordings.of(SINES.channels(), changed), settings).bundle();
    assertThat(other.manifest().split()).isEqualTo(model.bundle().manifest().split());
    assertThat(other.manifest().normalizer()).isEqualTo(model.bundle().manifest().normalizer());
    assertThat(other.manifest().histograms()).isEqualTo(model.bundle().manifest().histograms());
  }

  @Test
  void histogramsHoldTheSharesOfTheTrainingPartsValues() {
    Manifest manifest = model.bundle().manifest();
    List<Block> blocks = Parts.blocks(SINES, manifest.split(), Part.TRAIN);
    for (int channel = 0; channel < 2; channel++) {
      Manifest.Histogram histogram = manifest.histograms().get(channel);
      int[] counts = new int[histogram.shares().size()];
      int samples = 0;
      for (Block block : blocks) {
        for (int i = block.from(); i < block.to(); i++) {
          float value = block.recording().values()[2 * i + channel];
          counts[(int) histogram.edges().stream().filter(edge -> value >= edge).count()]++;
          samples++;
        }
      }
      assertThat(samples).isEqualTo(6 * 200);
      for (int bin = 0; bin < counts.length; bin++) {
        assertThat(histogram.shares().get(bin)).isEqualTo((float) counts[bin] / samples);
      }
    }
  }

  @Test
  void theBundleTellsWhatFollowsTheNetworkAndHowFarItCarries() {
    Manifest manifest = model.bundle().manifest();
    assertThat(manifest.temperature()).isNotEqualTo(1);
    assertThat(manifest.rejectThreshold()).isZero();
    assertThat(manifest.predicted().stream().mapToDouble(share -> share).sum())
        .isCloseTo(1, within(1e-9));
    assertThat(manifest.quality().validation().windows()).isEqualTo(model.validationWindows());
    assertThat(manifest.quality().test()).isEqualTo(model.test().quality());
    assertThat(manifest.quality().test().coverage()).isEqualTo(1);
    assertThat(manifest.quality().test().precision()).isEqualTo(model.test().accuracy());
    assertThat(manifest.quality().test().smoothing().accuracy()).isEqualTo(model.test().accuracy());
    assertThat(manifest.quality().test().smoothing().changes()).isEqualTo(4);
    assertThat(model.markov().priors()).containsExactly(0.5, 0.5);
  }

  @Test
  void aPrecisionThatIsAskedForMakesDoubtfulPredictionsUncertain() {
    // Two samples tell little: many windows are doubtful.
    TrainingSettings.Builder doubtful = small().window(2).hop(1).frame(2).epochs(2);
    TrainedModel precise = train(SINES, doubtful.minPrecision(0.95).build());
    Manifest manifest = precise.bundle().manifest();
    assertThat(manifest.rejectThreshold()).isPositive();
    assertThat(manifest.quality().minPrecision()).isEqualTo(0.95);
    assertThat(manifest.quality().validation().precision()).isGreaterThanOrEqualTo(0.95);
    assertThat(manifest.quality().validation().smoothing().accuracy()).isLessThan(0.95);
    assertThat(manifest.quality().validation().coverage()).isBetween(0.1, 0.99);
    List<String> notes = new ArrayList<>();
    new Training(CLOCK).train(SINES, null, doubtful.minPrecision(0.9999).build(), noting(notes));
    assertThat(notes)
        .anySatisfy(note -> assertThat(note).startsWith("No threshold makes the validation part"));
    assertThatThrownBy(() -> train(SINES, small().validationShare(0).minPrecision(0.95).build()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("--min-precision 0.95 is chosen on the validation part");
    assertThatThrownBy(() -> small().minPrecision(1.0).build())
        .hasMessageContaining("min precision is 1.0; expected above 0 and below 1");
  }

  @Test
  void smoothingIsWhatIsAskedForAndNoneForSeries() {
    TrainedModel filtered = train(SINES, small().epochs(1).smoothing("markov").build());
    Markov markov = filtered.bundle().manifest().smoothing().markov();
    assertThat(markov).isEqualTo(filtered.markov());
    assertThat(markov.evidence()).isEqualTo(0.5);
    // Three devices a label train, each of one label throughout: 54 transitions to itself.
    assertThat(markov.transitions().get(0).get(0)).isGreaterThan(0.9);
    assertThat(
            train(SINES, small().epochs(1).smoothing("3-of-5").build())
                .bundle()
                .manifest()
                .smoothing())
        .isEqualTo(new Smoothing(3, 5));
    Manifest series =
        train(SINES, small().epochs(1).window(200).hop(200).build()).bundle().manifest();
    assertThat(series.smoothing()).isEqualTo(Smoothing.NONE);
    assertThat(series.temperature()).as("two windows validate").isEqualTo(1);
    assertThatThrownBy(() -> small().smoothing("kalman").build())
        .hasMessageContaining("There is no smoothing 'kalman'");
  }

  @Test
  void aSplitByTimeTestsOnTheEndOfEveryDevice() {
    TrainedModel trained = train(SINES, small().split(Split.Kind.TIME).epochs(1).build());
    // Of 200 samples the last 60, in windows of 20 every 10.
    assertThat(trained.test().windows()).isEqualTo(12 * 5);
    assertThat(trained.test().perDevice()).hasSize(12);
    assertThat(trained.validationWindows()).isEqualTo(12 * 1);
    assertThat(trained.trainingWindows()).isEqualTo(12 * 10);
  }

  @Test
  void recordingsGivenToTestOnAreTestedWhole() {
    Recordings test = Samples.sines(2, 200, 99);
    TrainedModel trained =
        new Training(CLOCK)
            .train(SINES, test, small().epochs(1).build(), TrainingProgress.silent());
    assertThat(trained.test().windows()).isEqualTo(2 * 19);
    assertThat(trained.bundle().manifest().split().test()).isEmpty();
    assertThat(trained.bundle().manifest().split().validation()).isNotEmpty();
  }

  @Test
  void windowsWithoutTruthAreNeitherTrainedOnNorScored() {
    List<Recording> halfLabelled = new ArrayList<>();
    for (Recording recording : SINES.recordings()) {
      long[] times = new long[recording.samples()];
      String[] labels = new String[recording.samples()];
      for (int i = 0; i < times.length; i++) {
        times[i] = recording.timeMicros(i);
        labels[i] = i < 100 ? recording.label(i) : null;
      }
      halfLabelled.add(new Recording(recording.device(), 2, times, recording.values(), labels));
    }
    TrainedModel trained =
        train(Recordings.of(SINES.channels(), halfLabelled), small().epochs(1).build());
    assertThat(trained.test().windows()).isEqualTo(4 * 9);
    assertThat(trained.test().withoutTruth()).isEqualTo(4 * 10);
    assertThat(trained.trainingWindows()).isEqualTo(6 * 9);
  }

  @Test
  void trainingStopsWhenPatienceIsOverAndKeepsTheBestEpoch() {
    List<TrainingProgress.Epoch> seen = new ArrayList<>();
    List<String> why = new ArrayList<>();
    TrainingProgress progress =
        new TrainingProgress() {
          @Override
          public void note(String text) {}

          @Override
          public void epoch(Epoch epoch) {
            seen.add(epoch);
          }

          @Override
          public void finished(String text) {
            why.add(text);
          }
        };
    // A step this large gets nowhere.
    TrainedModel trained =
        new Training(CLOCK)
            .train(SINES, null, small().epochs(50).patience(2).learningRate(0.5).build(), progress);
    assertThat(trained.history()).isEqualTo(seen).hasSizeLessThan(50);
    assertThat(seen.get(seen.size() - 1).best()).isFalse();
    assertThat(seen.get(seen.size() - 3).best()).isTrue();
    assertThat(why).singleElement().asString().startsWith("no better");
  }

  @Test
  void theTimeLimitEndsTrainingWithTheBestSoFar() {
    TrainedModel trained =
        new Training(new TickingClock())
            .train(
                SINES,
                null,
                small().epochs(1_000).timeLimit(Duration.ofSeconds(20)).build(),
                TrainingProgress.silent());
    assertThat(trained.history()).hasSizeBetween(1, 19);
    assertThat(trained.test()).isNotNull();
  }

  @Test
  void aConstantChannelIsNoted() {
    List<String> notes = new ArrayList<>();
    TrainingProgress progress = noting(notes);
    TrainedModel trained =
        new Training(CLOCK).train(withConstantChannel(), null, small().epochs(1).build(), progress);
    assertThat(notes).singleElement().asString().startsWith("Channel y has one value");
    assertThat(trained.bundle().manifest().normalizer().standardDeviation().get(1)).isEqualTo(1);
  }

  @Test
  void whatCannotBeTrainedOnIsRefusedWithTheRemedy() {
    Recordings oneClass =
        Recordings.of(
            List.of("x"),
            List.of(Samples.counting("a", 400, i -> "on"), Samples.counting("b", 400, i -> "on")));
    assertThatThrownBy(() -> train(oneClass, small().split(Split.Kind.TIME).build()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("with the labels [on]; at least two labels are expected");
    assertThatThrownBy(() -> train(SINES, small().window(1_000).hop(500).build()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("No recording is as long as a window of 1000 samples");
    assertThatThrownBy(() -> train(SINES, small().frame(7).build()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("do not divide a window of 20");
    Recordings other = Recordings.of(List.of("z"), List.of(Samples.counting("a", 9, i -> "on")));
    assertThatThrownBy(
            () ->
                new Training(CLOCK).train(SINES, other, small().build(), TrainingProgress.silent()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("have the channels [z]; those to train on have [x, y]");
    assertThatThrownBy(() -> small().network("forest").build())
        .hasMessageContaining(
            "There is no network 'forest'; there are [lstm, stacked-lstm, bilstm");
    assertThatThrownBy(() -> small().epochs(0).build())
        .hasMessageContaining("epochs is 0; expected 1 or more");
  }

  @Test
  void windowsHaveSensibleDefaultsFromTheRecordings() {
    TrainingSettings defaults = TrainingSettings.builder().build();
    assertThat(WindowShape.of(SINES, defaults).length()).isEqualTo(16);
    assertThat(WindowShape.of(SINES, defaults).hop()).isEqualTo(8);
    assertThat(WindowShape.of(SINES, defaults).periodMicros()).isEqualTo(20_000);
    assertThat(WindowShape.of(Samples.sines(1, 9_000, 1), defaults).length()).isEqualTo(128);
    assertThat(WindowShape.of(Samples.sines(1, 30, 1), defaults).length()).isEqualTo(8);
  }

  @Test
  void theTimeOfCreationMayComeFromTheEnvironment() {
    assertThat(Training.sourceDate(Map.of("SOURCE_DATE_EPOCH", "86400")))
        .isEqualTo("1970-01-02T00:00:00Z");
    assertThat(Training.sourceDate(Map.of())).isNull();
    assertThatThrownBy(() -> Training.sourceDate(Map.of("SOURCE_DATE_EPOCH", "today")))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("'today'; expected seconds");
  }

  private static Recordings withConstantChannel() {
    List<Recording> constant = new ArrayList<>();
    for (Recording recording : SINES.recordings()) {
      long[] times = new long[recording.samples()];
      String[] labels = new String[recording.samples()];
      float[] values = recording.values().clone();
      for (int i = 0; i < times.length; i++) {
        times[i] = recording.timeMicros(i);
        labels[i] = recording.label(i);
        values[2 * i + 1] = 3;
      }
      constant.add(new Recording(recording.device(), 2, times, values, labels));
    }
    return Recordings.of(SINES.channels(), constant);
  }

  private static TrainingSettings.Builder small() {
    return TrainingSettings.builder()
        .created(CREATED)
        .network("lstm")
        .window(20)
        .hop(10)
        .frame(4)
        .units(8)
        .embedding(8)
        .batch(32)
        .learningRate(0.02)
        .epochs(12);
  }

  private static TrainedModel train(Recordings recordings, TrainingSettings settings) {
    return new Training(CLOCK).train(recordings, null, settings, TrainingProgress.silent());
  }

  private static Evaluation evaluate(Bundle bundle, String engine) {
    try (SequenceClassifier classifier = Engine.named(engine).open(bundle)) {
      return Evaluator.evaluate(
          bundle.manifest(),
          Part.TEST,
          ClassifiedWindows.of(
              classifier,
              2,
              Parts.windows(
                  Parts.blocks(SINES, bundle.manifest().split(), Part.TEST),
                  bundle.manifest().window())));
    }
  }

  private static double accuracyOnTrainingPart(Bundle bundle) {
    try (SequenceClassifier classifier = Engine.named("onnx").open(bundle)) {
      return Evaluator.evaluate(
              bundle.manifest(),
              Part.TRAIN,
              ClassifiedWindows.of(
                  classifier,
                  2,
                  Parts.windows(
                      Parts.blocks(SINES, bundle.manifest().split(), Part.TRAIN),
                      bundle.manifest().window())))
          .accuracy();
    }
  }

  private static Recording scaled(Recording recording) {
    long[] times = new long[recording.samples()];
    String[] labels = new String[recording.samples()];
    float[] values = recording.values().clone();
    for (int i = 0; i < times.length; i++) {
      times[i] = recording.timeMicros(i);
      labels[i] = recording.label(i);
      values[2 * i] *= 100;
    }
    return new Recording(recording.device(), 2, times, values, labels);
  }
}
