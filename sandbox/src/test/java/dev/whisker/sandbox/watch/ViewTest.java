package dev.whisker.sandbox.watch;

import static dev.whisker.sandbox.watch.Predictions.prediction;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ViewTest {
  private static final TableStyle PLAIN = new TableStyle(3, 80, false, TableStyle.DIGITS);

  private final StringWriter written = new StringWriter();
  private final PrintWriter out = new PrintWriter(written);

  @Test
  void linesTellFirstPredictionsAndChangesOfTheStableLabelOnly() {
    View view = new LineView(out);
    view.accept(prediction("d1").at(1).stable("UNKNOWN").received());
    view.accept(prediction("d1").at(1.2).received());
    view.accept(prediction("d1").at(1.4).received());
    view.accept(
        prediction("d1")
            .at(1.6)
            .label("imbalance", 0.75)
            .stable("imbalance")
            .truth("imbalance")
            .received());

    assertThat(written.toString().lines())
        .containsExactly(
            "1970-01-01T00:00:01Z d1: UNKNOWN (healthy 1.00, 110ms)",
            "1970-01-01T00:00:01.200Z d1: UNKNOWN -> healthy (healthy 1.00, 110ms)",
            "1970-01-01T00:00:01.600Z d1: healthy -> imbalance (imbalance 0.75, truth imbalance,"
                + " 110ms)");
  }

  @Test
  void jsonIsWhatWasPublished() {
    ReceivedPrediction first = prediction("d1").received();
    ReceivedPrediction second = prediction("d2").received();
    View view = Views.json(out);
    view.accept(first);
    view.accept(second);

    assertThat(written.toString().lines())
        .containsExactlyElementsOf(
            List.of(
                new String(first.value(), StandardCharsets.UTF_8),
                new String(second.value(), StandardCharsets.UTF_8)));
  }

  @Test
  void theTableIsDrawnOverItself() {
    TableView view = new TableView(out, PLAIN, 0);
    view.accept(prediction("d1").received());
    view.refresh();
    int lines = (int) written.toString().lines().count();
    view.accept(prediction("d1").at(1).received());
    view.refresh();

    assertThat(lines).isEqualTo(4);
    assertThat(written.toString()).contains("2 predictions").containsOnlyOnce("\u001b[4F\u001b[J");
  }
}
