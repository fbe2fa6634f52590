package dev.whisker.trainer.command;

import dev.whisker.trainer.training.TrainingProgress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Shows how a training goes on: one line that is drawn over and over on a terminal, a line an epoch
 * elsewhere. Not thread-safe.
 */
final class ProgressLines implements TrainingProgress {
  private static final String BEGIN_OF_LINE = "\r";
  private static final String CLEAR_TO_END = "\u001b[K";

  private final PrintWriter out;
  private final boolean inPlace;
  private final Set<String> told = new HashSet<>();
  private boolean drawn;

  /**
   * Shows progress.
   *
   * @param out standard error; not closed
   * @param inPlace whether a line can be drawn over
   */
  ProgressLines(PrintWriter out, boolean inPlace) {
    this.out = out;
    this.inPlace = inPlace;
  }

  @Override
  public void note(String text) {
    // Every training on the same recordings has the same to say of them.
    if (!told.add(text)) {
      return;
    }
    endLine();
    out.println("Note: " + text);
    out.flush();
  }

  @Override
  public void epoch(Epoch epoch) {
    String line = line(epoch);
    if (inPlace) {
      out.print(BEGIN_OF_LINE + line + CLEAR_TO_END);
      drawn = true;
    } else {
      out.println(line);
    }
    out.flush();
  }

  @Override
  public void finished(String why) {
    endLine();
    out.println("Done: " + why);
    out.flush();
  }

  private static String line(Epoch epoch) {
    String validation =
        Double.isNaN(epoch.validationLoss())
            ? ""
            : String.format(
                Locale.ROOT,
                "  validation %.4f  accuracy %.4f%s",
                epoch.validationLoss(),
                epoch.validationAccuracy(),
                epoch.best() ? "*" : " ");
    return String.format(
        Locale.ROOT,
        "epoch %3d/%d  loss %.4f%s  %s, %s left",
        epoch.epoch(),
        epoch.epochs(),
        epoch.loss(),
        validation,
        time(epoch.elapsed()),
        time(epoch.left()));
  }

  private static String time(Duration time) {
    return String.format(Locale.ROOT, "%d:%02d", time.toMinutes(), time.toSecondsPart());
  }

  private void endLine() {
    if (drawn) {
      out.println();
      drawn = false;
    }
  }
}
