package dev.whisker.trainer.training;

import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.trainer.evaluation.ClassifiedWindows;
import dev.whisker.trainer.evaluation.ConfusionMatrix;
import dev.whisker.trainer.evaluation.LabelledWindows;
import dev.whisker.trainer.layers.StepMask;
import dev.whisker.trainer.network.Network;
import dev.whisker.trainer.network.NetworkInput;
import dev.whisker.trainer.network.NetworkShape;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Trains a network epoch by epoch and keeps the parameters with the best accuracy on the validation
 * part, of equal ones those with the least loss; the last ones if there is no such part. Not
 * thread-safe.
 */
final class NetworkTrainer {
  private static final int VALIDATION_BATCH = 256;

  /** So that what layers make of very long windows still fits into one buffer. */
  private static final int MOST_VALUES = 1 << 21;

  private static final double LEAST_PROBABILITY = 1e-7;
  private static final int EPOCHS_WORTH_WAITING_FOR = 10;

  private final MultiLayerNetwork network;
  private final NetworkShape shape;
  private final NetworkInput input;

  /** Null: windows are trained on in order, with the state carried. */
  private final Batches batches;

  /** Null: windows stand alone. */
  private final StatefulTrainer stateful;

  private final Normalizer normalizer;
  private final LabelledWindows validation;
  private final List<String> labels;
  private final TrainingSettings settings;
  private final Clock clock;
  private final BooleanSupplier stop;
  private final Checkpoint checkpoint;
  private final TrainingProgress progress;
  private final FittedAccuracy fitted = new FittedAccuracy();
  private final List<TrainingProgress.Epoch> history = new ArrayList<>();
  private INDArray best;
  private Instant begin;

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
   * @param stop whether somebody wants training to end with the best network so far
   * @param checkpoint where training begins, and what is left after each epoch
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
      BooleanSupplier stop,
      Checkpoint checkpoint,
      TrainingProgress progress) {
    this.network = network;
    this.shape = data.shape();
    this.normalizer = normalizer;
    this.input = new NetworkInput(network, shape, normalizer);
    boolean carries = Network.named(settings.network()).isStateful();
    this.batches = carries ? null : new Batches(training, normalizer, settings, data.rolls());
    this.stateful = carries ? new StatefulTrainer(network, data, normalizer, settings) : null;
    this.validation = validation;
    this.labels = data.labels();
    this.settings = settings;
    this.clock = clock;
    this.stop = stop;
    this.checkpoint = checkpoint;
    this.progress = progress;
  }

  /**
   * Trains, or goes on where the checkpoint says; the network has the best parameters afterwards.
   *
   * @return every epoch
   * @throws CommandFailure if the loss is no number any more
   */
  List<TrainingProgress.Epoch> train() {
    TrainingState saved = checkpoint.saved();
    String why = null;
    if (saved != null) {
      saved.restore(network);
      history.addAll(saved.history());
      best = saved.best();
      why = saved.why();
      progress.note(
          why == null
              ? "Resuming " + settings.network() + " after epoch " + history.size()
              : "The training of " + settings.network() + " was over already");
    }
    begin = clock.instant().minus(elapsed());
    if (why == null) {
      network.setListeners(fitted);
      try (BatchesAhead ahead = batches == null ? null : ahead()) {
        why = train(ahead);
      } finally {
        network.setListeners(List.of());
      }
    }
    network.setParams(best);
    setLearningRate(network, settings.learningRate());
    progress.finished(why + "; epoch " + kept().epoch() + " was the best");
    return List.copyOf(history);
  }

  private BatchesAhead ahead() {
    return new BatchesAhead(batches, shape, () -> new NetworkInput(network, shape, normalizer));
  }

  /** Trains epoch by epoch and returns why it ended. */
  private String train(BatchesAhead ahead) {
    int epochs = history.isEmpty() ? settings.epochs() : last().epochs();
    while (true) {
      int epoch = history.size() + 1;
      setLearningRate(network, settings.learningRate() * settings.schedule().factor(epoch, epochs));
      Duration before = elapsed();
      Pass pass = pass(ahead, epoch);
      if (!Double.isFinite(pass.loss())) {
        throw new CommandFailure(
            "Training diverged: the loss of epoch "
                + epoch
                + " is "
                + pass.loss()
                + ". Lower --learning-rate, which is "
                + settings.learningRate());
      }
      Validation validated = validate();
      boolean isBest =
          history.isEmpty()
              || validation.size() == 0
              || validated.isBetterThan(
                  new Validation(kept().validationLoss(), kept().validationAccuracy()));
      if (isBest) {
        best = network.params().dup();
      }
      Duration elapsed = Duration.between(begin, clock.instant());
      Duration latest = elapsed.minus(before);
      epochs = affordable(epoch, elapsed, latest);
      TrainingProgress.Epoch done =
          new TrainingProgress.Epoch(
              epoch,
              epochs,
              pass.loss(),
              fitted.value(),
              validated.loss(),
              validated.accuracy(),
              isBest,
              elapsed,
              left(latest.multipliedBy(Math.max(0, epochs - epoch)), elapsed));
      history.add(done);
      String why = whyOver(epoch, epochs);
      // What a stop cut short is done again when training resumes; the time limit ends it for good.
      if (pass.whole() || why != null) {
        checkpoint.save(TrainingState.of(network, history, why, best));
      }
      progress.epoch(done);
      if (why != null) {
        return why;
      }
      if (stop.getAsBoolean()) {
        return "stopped";
      }
    }
  }

  /** Why training is over, other than that somebody stopped it; null: it is not. */
  private String whyOver(int epoch, int epochs) {
    if (isOver() || (epoch >= epochs && epochs < settings.epochs())) {
      return "time limit reached";
    }
    if (epoch - kept().epoch() >= settings.patience()) {
      return "no better validation accuracy in " + settings.patience() + " epochs";
    }
    return epoch >= epochs ? "all epochs done" : null;
  }

  private Duration elapsed() {
    return history.isEmpty() ? Duration.ZERO : last().elapsed();
  }

  private TrainingProgress.Epoch last() {
    return history.get(history.size() - 1);
  }

  /** The best epoch so far. */
  private TrainingProgress.Epoch kept() {
    int kept = history.size() - 1;
    while (!history.get(kept).best()) {
      kept--;
    }
    return history.get(kept);
  }

  /** Trains on every batch until the time is over or somebody stops it. */
  private Pass pass(BatchesAhead ahead, int epoch) {
    // Dropout draws from it. A state of its own for every epoch need not be saved.
    Nd4j.getRandom().setSeed(Batches.seed(settings.seed(), epoch));
    fitted.reset();
    if (stateful != null) {
      return stateful.epoch(epoch, () -> isOver() || stop.getAsBoolean());
    }
    ahead.begin(epoch);
    double loss = 0;
    int windows = 0;
    while (windows == 0 || !(isOver() || stop.getAsBoolean())) {
      BatchesAhead.Batch batch = ahead.next();
      if (batch == null) {
        return new Pass(loss / windows, true);
      }
      StepMask.set(network, batch.mask());
      network.fit(batch.input(), batch.truth());
      loss += network.score() * batch.count();
      windows += batch.count();
    }
    return new Pass(loss / windows, false);
  }

  /**
   * Sets the step size of every layer. deeplearning4j's own method leaves out layers inside of
   * wrappers, and orders the optimizer's state anew where layers then differ.
   */
  static void setLearningRate(MultiLayerNetwork network, double rate) {
    for (NeuralNetConfiguration conf : network.getLayerWiseConfigurations().getConfs()) {
      setLearningRate(conf.getLayer(), rate);
    }
  }

  private static void setLearningRate(Layer layer, double rate) {
    if (layer instanceof Bidirectional both) {
      setLearningRate(both.getFwd(), rate);
      setLearningRate(both.getBwd(), rate);
    } else if (layer instanceof BaseWrapperLayer wrapper) {
      setLearningRate(wrapper.getUnderlying(), rate);
    } else if (layer instanceof BaseLayer one) {
      one.getIUpdater().setLrAndSchedule(rate, null);
    }
  }

  private Validation validate() {
    if (stateful != null && validation.size() > 0) {
      return validate(stateful.validation());
    }
    ConfusionMatrix counts = new ConfusionMatrix(labels);
    int most = Math.max(1, Math.min(VALIDATION_BATCH, MOST_VALUES / shape.values()));
    float[] windows = new float[Math.min(most, validation.size()) * shape.values()];
    double loss = 0;
    for (int from = 0; from < validation.size(); from += most) {
      int count = Math.min(most, validation.size() - from);
      for (int i = 0; i < count; i++) {
        validation.window(from + i).copyTo(windows, i * shape.values());
      }
      float[] probabilities = input.output(network, windows, count);
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

  private Validation validate(List<ClassifiedWindows> classified) {
    ConfusionMatrix counts = new ConfusionMatrix(labels);
    double loss = 0;
    for (ClassifiedWindows block : classified) {
      for (int i = 0; i < block.windows().size(); i++) {
        int label = block.truth(i, labels);
        if (label >= 0) {
          counts.add(label, block.best(i));
          float probability = block.probabilities()[i * labels.size() + label];
          loss -= Math.log(Math.max(LEAST_PROBABILITY, probability));
        }
      }
    }
    return new Validation(loss / counts.windows(), counts.accuracy());
  }

  private int best(float[] probabilities, int offset) {
    int best = 0;
    for (int i = 1; i < shape.labels(); i++) {
      best = probabilities[offset + i] > probabilities[offset + best] ? i : best;
    }
    return best;
  }

  /** How many epochs the time limit leaves room for, so that the learning rate still falls. */
  private int affordable(int epoch, Duration elapsed, Duration latest) {
    Duration limit = settings.timeLimit();
    // The first epoch is slower than those after it, on a JVM that is still warming up.
    if (limit == null
        || epoch == 1 && elapsed.multipliedBy(EPOCHS_WORTH_WAITING_FOR).compareTo(limit) < 0) {
      return settings.epochs();
    }
    long millis = Math.max(0, limit.minus(elapsed).toMillis());
    // The fastest one: the others had to wait for something.
    long fastest = latest.toMillis();
    Duration before = Duration.ZERO;
    for (TrainingProgress.Epoch one : history) {
      fastest = Math.min(fastest, one.elapsed().minus(before).toMillis());
      before = one.elapsed();
    }
    long more = millis / Math.max(1, fastest);
    return (int) Math.min(settings.epochs(), epoch + more);
  }

  /** What is left, but no more than the time limit leaves. */
  private Duration left(Duration expected, Duration elapsed) {
    if (settings.timeLimit() == null
        || elapsed.plus(expected).compareTo(settings.timeLimit()) < 0) {
      return expected;
    }
    Duration most = settings.timeLimit().minus(elapsed);
    return most.isNegative() ? Duration.ZERO : most;
  }

  private boolean isOver() {
    return settings.timeLimit() != null
        && Duration.between(begin, clock.instant()).compareTo(settings.timeLimit()) >= 0;
  }

  /**
   * How a pass over the training part went.
   *
   * @param loss the mean of what was passed
   * @param whole whether that was all of it
   */
  record Pass(double loss, boolean whole) {}

  /** Loss and accuracy on the validation part. */
  private record Validation(double loss, double accuracy) {
    boolean isBetterThan(Validation other) {
      return accuracy > other.accuracy || (accuracy == other.accuracy && loss < other.loss);
    }
  }
}
