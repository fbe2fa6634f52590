package dev.whisker.sandbox.watch;

import dev.whisker.schemas.Prediction;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** One line for every device's first prediction and for every change of a stable label. */
final class LineView implements View {
  private final PrintWriter out;
  private final Map<String, DeviceView> devices = new HashMap<>();

  LineView(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void accept(ReceivedPrediction received) {
    Prediction prediction = received.prediction();
    DeviceView view = devices.computeIfAbsent(prediction.device(), device -> new DeviceView());
    String change = view.latest() == null ? "" : view.latest().stableLabel() + " -> ";
    if (view.accept(received)) {
      out.println(line(change + prediction.stableLabel(), received));
      out.flush();
    }
  }

  private static String line(String change, ReceivedPrediction received) {
    Prediction prediction = received.prediction();
    StringBuilder line = new StringBuilder();
    line.append(
        Instant.EPOCH
            .plus(prediction.windowEndMicros(), ChronoUnit.MICROS)
            .truncatedTo(ChronoUnit.MILLIS));
    line.append(' ').append(prediction.device()).append(": ");
    line.append(change);
    line.append(
        String.format(Locale.ROOT, " (%s %.2f", prediction.label(), prediction.confidence()));
    if (prediction.truth() != null) {
      line.append(", truth ").append(prediction.truth());
    }
    String delay = PredictionTable.delay(received.latencyMillis());
    if (!delay.isEmpty()) {
      line.append(", ").append(delay);
    }
    return line.append(')').toString();
  }

  @Override
  public void refresh() {
    // Lines are written as predictions arrive.
  }
}
