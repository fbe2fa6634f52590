package dev.whisker.trainer.report;

import dev.whisker.classifier.cli.CommandFailure;
import java.util.List;

/**
 * What was measured while one thing grew, as one SVG document with a panel for each quantity, drawn
 * as the reports' plots are. The same values give the same bytes on the same machine.
 */
public final class GrowthPlot {
  private GrowthPlot() {}

  /**
   * A quantity.
   *
   * @param name with its unit
   * @param values positive, one for each value of what grew
   */
  public record Panel(String name, List<Double> values) {
    /** Copies the values. */
    public Panel {
      values = List.copyOf(values);
    }
  }

  /**
   * Checks that this machine can paint text.
   *
   * @param flag asks for plots
   * @throws CommandFailure if it has no font
   */
  public static void requireFonts(String flag) {
    Figures.requireFonts("Plots need", flag);
  }

  /**
   * Draws it, side by side. An axis of a wide range is logarithmic.
   *
   * @param grown what grew
   * @param values of it, positive and ascending, at least one
   * @param about what is shown, for those who cannot see it
   * @return a document, on white
   */
  public static String of(String grown, List<Double> values, List<Panel> panels, String about) {
    Figures figures = new Figures();
    int width = panels.size() * Figures.WIDTH;
    StringBuilder text =
        new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ")
            .append(width)
            .append(' ')
            .append(Figures.HEIGHT)
            .append("\" width=\"")
            .append(width)
            .append("\" height=\"")
            .append(Figures.HEIGHT)
            .append("\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
    for (int i = 0; i < panels.size(); i++) {
      Panel panel = panels.get(i);
      text.append("<g transform=\"translate(")
          .append(i * Figures.WIDTH)
          .append(" 0)\">\n<svg width=\"")
          .append(Figures.WIDTH)
          .append("\" height=\"")
          .append(Figures.HEIGHT)
          .append("\">\n")
          .append(figures.growth(grown, values, panel.name(), panel.values(), about))
          .append("\n</svg>\n</g>\n");
    }
    return text.append("</svg>\n").toString();
  }
}
