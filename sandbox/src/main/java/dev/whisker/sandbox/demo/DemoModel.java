package dev.whisker.sandbox.demo;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.trainer.recording.Recordings;
import dev.whisker.trainer.training.TrainedModel;
import dev.whisker.trainer.training.Training;
import java.time.Clock;
import java.util.Locale;

/**
 * The model that the demo serves and how good it is on machines that it has not seen.
 *
 * @param bundle the trained LSTM
 * @param trainingSeconds how long its epochs took
 * @param heldOutAccuracy its accuracy on unseen machines, 0 to 1
 * @param denseAccuracy the accuracy of a dense network on the same machines, 0 to 1
 */
record DemoModel(
    Bundle bundle, double trainingSeconds, double heldOutAccuracy, double denseAccuracy) {

  /** Records machines and trains on them. */
  static DemoModel train(DemoRecipe recipe, long seed, Clock clock, Announcer announcer) {
    announcer.step(
        "Recording "
            + recipe.trainingMachines()
            + " simulated machines to train on, and "
            + recipe.heldOutMachines()
            + " others to test on");
    Recordings training = recipe.training(seed);
    Recordings heldOut = recipe.heldOut(seed);
    Training trainer = new Training(clock);
    announcer.step("Training an LSTM on windows of 0.5 s: 3125 samples of 3 channels");
    TrainedModel lstm = trainer.train(training, heldOut, recipe.lstm(seed), announcer.progress());
    announcer.detail("The LSTM is right on " + share(lstm) + " of the test machines' windows");
    announcer.step("Training a dense network on the same windows for comparison");
    TrainedModel dense = trainer.train(training, heldOut, recipe.dense(seed), announcer.progress());
    announcer.detail("The dense network is right on " + share(dense) + " of them");
    return new DemoModel(
        lstm.bundle(),
        lstm.time().toMillis() / 1e3,
        lstm.test().accuracy(),
        dense.test().accuracy());
  }

  private static String share(TrainedModel model) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * model.test().accuracy());
  }
}
