package dev.whisker.sandbox.bench;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** A report for people. */
public final class BenchTable {
  private BenchTable() {}

  /** Writes it. */
  public static void write(BenchReport report, PrintWriter out) {
    Machine machine = report.machine();
    line(
        out,
        "%d cores of %s, %d MB, %s, %s",
        machine.cores(),
        machine.processor(),
        machine.memoryMb(),
        machine.system(),
        machine.java());
    line(
        out,
        "Whisker %s, commit %s; %.0f s",
        report.versions().get("whisker"),
        report.commit().isEmpty() ? "unknown" : report.commit(),
        report.seconds());
    part(out, "engine", report.engine());
    part(out, "pipeline", report.pipeline());
    part(out, "latency", report.latency());
    part(out, "growth", report.growth());
    for (BenchFailure failure : report.failures()) {
      out.println();
      line(out, "%s, %s FAILED: %s", failure.part(), failure.point(), failure.message());
    }
  }

  private static void part(PrintWriter out, String name, List<Figure> figures) {
    if (figures.isEmpty()) {
      return;
    }
    out.println();
    line(
        out,
        "%-58s %12s %12s %8s  %-20s %s",
        name,
        "figure",
        "peer",
        "ratio",
        "goal",
        "peer's name");
    for (Figure figure : figures) {
      line(
          out,
          "  %-56s %12s %12s %8s  %-20s %s",
          figure.name() + ", " + figure.unit(),
          number(figure.figure()),
          figure.peer() == null ? "" : number(figure.peer()),
          figure.ratio() == null ? "" : String.format(Locale.ROOT, "%.3f", figure.ratio()),
          figure.goal() == null ? "" : figure.goal() + (figure.met() ? "" : " MISSED"),
          figure.peerName() == null ? "" : figure.peerName());
    }
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 1_000 ? "%.1f" : "%.0f", value);
  }

  private static void line(PrintWriter out, String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values).stripTrailing());
  }
}
