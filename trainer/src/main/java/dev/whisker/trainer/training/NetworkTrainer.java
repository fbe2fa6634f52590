package dev.whisker.trainer.training;

import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.trainer.evaluation.ConfusionMatrix;
import dev.whisker.trainer.evaluation.LabelledWindows;
import dev.whisker.trainer.network.NetworkInput;
import dev.whisker.trainer.network.NetworkShape;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Trains a network epoch by epoch and keeps the parameters with the best accuracy on the validation
 * part, of equal ones those with the least loss; the last ones if there is no such part. Not
 * thread-safe.
 */
final class NetworkTrainer {
  private static final int VALIDATION_BATCH = 256;
  private static final double LEAST_PROBABILITY = 1e-7;

  private final MultiLayerNetwork network;
  private final NetworkShape shape;
  private final NetworkInput input;
  private final Batches batches;
  private final Normalizer normalizer;
  private final LabelledWindows validation;
  private final List<String> labels;
  private final TrainingSettings settings;
  private final Clock clock;
  private final TrainingProgress progress;
  private final FittedAccuracy fitted = new FittedAccuracy();
  private final List<TrainingProgress.Epoch> history = new ArrayList<>();

  /**
   * Of one network.
   *
   * @param network with its first parameters
   * @param data the shape of windows and the labels
   * @param normalizer standardizes what goes in
   * @param training to train on, at least one
   * @param validation to choose the epoch by; may be empty
   * @param settings batches, epochs, learning rate and when to stop
   * @param clock tells when the time is over
   * @param progress is told of every epoch
   */
  NetworkTrainer(
      MultiLayerNetwork network,
      TrainingData data,
      Normalizer normalizer,
      LabelledWindows training,
      LabelledWindows validation,
      TrainingSettings settings,
      Clock clock,
      TrainingProgress progress) {
    this.network = network;
    this.shape = data.shape();
    this.normalizer = normalizer;
    this.input = new NetworkInput(network, shape, normalizer);
    this.batches = new Batches(training, normalizer, settings, data.rolls());
    this.validation = validation;
    this.labels = data.labels();
    this.settings = settings;
    this.clock = clock;
    this.progress = progress;
  }

  /**
   * Trains; the network has the best parameters afterwards.
   *
   * @return every epoch
   * @throws CommandFailure if the loss is no number any more
   */
  List<TrainingProgress.Epoch> train() {
    network.setListeners(fitted);
    try (BatchesAhead ahead =
        new BatchesAhead(batches, shape, () -> new NetworkInput(network, shape, normalizer))) {
      return train(ahead);
    } finally {
      network.setListeners(List.of());
    }
  }

  private List<TrainingProgress.Epoch> train(BatchesAhead ahead) {
    Instant begin = clock.instant();
    Duration before = Duration.ZERO;
    INDArray best = null;
    Validation bestValidation = new Validation(Double.POSITIVE_INFINITY, -1);
    int bestEpoch = 0;
    int epochs = settings.epochs();
    String why = "all epochs done";
    for (int epoch = 1; epoch <= epochs; epoch++) {
      network.setLearningRate(learningRate(epoch, epochs));
      double loss = epoch(ahead, begin);
      if (!Double.isFinite(loss)) {
        throw new CommandFailure(
            "Training diverged: the loss of epoch "
                + epoch
                + " is "
                + loss
                + ". Lower --learning-rate, which is "
                + settings.learningRate());
      }
      Validation validated = validate();
      boolean isBest = validation.size() == 0 || validated.isBetterThan(bestValidation);
      if (isBest) {
        bestValidation = validated;
        best = network.params().dup();
        bestEpoch = epoch;
      }
      Duration elapsed = Duration.between(begin, clock.instant());
      Duration latest = elapsed.minus(before);
      before = elapsed;
      epochs = affordable(epoch, elapsed, latest);
      TrainingProgress.Epoch done =
          new TrainingProgress.Epoch(
              epoch,
              epochs,
              loss,
              fitted.value(),
              validated.loss(),
              validated.accuracy(),
              isBest,
              elapsed,
              latest.multipliedBy(epochs - epoch));
      history.add(done);
      progress.epoch(done);
      if (isOver(begin)) {
        why = "time limit reached";
        break;
      }
      if (epoch - bestEpoch >= settings.patience()) {
        why = "no better validation accuracy in " + settings.patience() + " epochs";
        break;
      }
    }
    network.setParams(best);
    network.setLearningRate(settings.learningRate());
    progress.finished(why + "; epoch " + bestEpoch + " was the best");
    return List.copyOf(history);
  }

  /** Trains on every batch until the time is over, and returns the mean loss. */
  private double epoch(BatchesAhead ahead, Instant begin) {
    ahead.shuffle();
    fitted.reset();
    double loss = 0;
    int windows = 0;
    while (windows == 0 || !isOver(begin)) {
      BatchesAhead.Batch batch = ahead.next();
      if (batch == null) {
        break;
      }
      network.fit(batch.input(), batch.truth());
      loss += network.score() * batch.count();
      windows += batch.count();
    }
    return loss / windows;
  }

  private Validation validate() {
    ConfusionMatrix counts = new ConfusionMatrix(labels);
    float[] windows = new float[Math.min(VALIDATION_BATCH, validation.size()) * shape.values()];
    double loss = 0;
    for (int from = 0; from < validation.size(); from += VALIDATION_BATCH) {
      int count = Math.min(VALIDATION_BATCH, validation.size() - from);
      for (int i = 0; i < count; i++) {
        validation.window(from + i).copyTo(windows, i * shape.values());
      }
      INDArray output = network.output(input.of(windows, count));
      float[] probabilities = output.dup('c').data().asFloat();
      for (int i = 0; i < count; i++) {
        int label = validation.label(from + i);
        counts.add(label, best(probabilities, i * shape.labels()));
        loss -= Math.log(Math.max(LEAST_PROBABILITY, probabilities[i * shape.labels() + label]));
      }
    }
    return validation.size() == 0
        ? new Validation(Double.NaN, Double.NaN)
        : new Validation(loss / validation.size(), counts.accuracy());
  }

  private int best(float[] probabilities, int offset) {
    int best = 0;
    for (int i = 1; i < shape.labels(); i++) {
      best = probabilities[offset + i] > probabilities[offset + best] ? i : best;
    }
    return best;
  }

  /** Half a cosine from the first to the last epoch (Loshchilov and Hutter, ICLR 2017). */
  private double learningRate(int epoch, int epochs) {
    return settings.learningRate() * 0.5 * (1 + Math.cos(Math.PI * (epoch - 1) / epochs));
  }

  /** How many epochs the time limit leaves room for, so that the learning rate still falls. */
  private int affordable(int epoch, Duration elapsed, Duration latest) {
    if (settings.timeLimit() == null) {
      return settings.epochs();
    }
    long millis = Math.max(0, settings.timeLimit().minus(elapsed).toMillis());
    long more = millis / Math.max(1, latest.toMillis());
    return (int) Math.min(settings.epochs(), epoch + more);
  }

  private boolean isOver(Instant begin) {
    return settings.timeLimit() != null
        && Duration.between(begin, clock.instant()).compareTo(settings.timeLimit()) >= 0;
  }

  /** Loss and accuracy on the validation part. */
  private record Validation(double loss, double accuracy) {
    boolean isBetterThan(Validation other) {
      return accuracy > other.accuracy || (accuracy == other.accuracy && loss < other.loss);
    }
  }
}
