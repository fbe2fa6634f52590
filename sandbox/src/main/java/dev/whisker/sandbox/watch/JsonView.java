package dev.whisker.sandbox.watch;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** Every prediction as a line of JSON, as it was published if it was JSON. */
final class JsonView implements View {
  private final PrintWriter out;

  JsonView(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void accept(ReceivedPrediction received) {
    out.println(new String(received.value(), StandardCharsets.UTF_8));
  }

  @Override
  public void refresh() {
    out.flush();
  }
}
