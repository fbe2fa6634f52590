package dev.whisker.streamer.dashboard;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * One panel in the making. In queries, {@code {@}} stands for the matchers of job and instance that
 * every selector has.
 */
final class Panel {
  static final String MATCHERS = "job=~\"$job\", instance=~\"$instance\"";

  /** Colors have one meaning each; what has none is drawn in Grafana's own palette. */
  static final String GOOD = "green";

  static final String LOOK = "orange";
  static final String ACT = "red";
  static final String NEUTRAL = "text";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final ObjectNode json = JSON.objectNode();
  private final ObjectNode defaults = JSON.objectNode();
  private final ObjectNode custom = JSON.objectNode();
  private final ObjectNode options = JSON.objectNode();
  private final ArrayNode targets = JSON.arrayNode();
  private final boolean instant;
  private final String format;

  private Panel(String type, String title, String description, boolean instant, String format) {
    this.instant = instant;
    this.format = format;
    json.put("id", 0).put("type", type).put("title", title).put("description", description);
    json.set("datasource", dataSource());
    json.set("gridPos", JSON.objectNode());
    json.set("targets", targets);
    ObjectNode fieldConfig = json.putObject("fieldConfig");
    fieldConfig.set("defaults", defaults);
    fieldConfig.putArray("overrides");
    json.set("options", options);
    thresholds(NEUTRAL);
  }

  static ObjectNode dataSource() {
    return JSON.objectNode().put("type", "prometheus").put("uid", "${datasource}");
  }

  /** One number of now. */
  static Panel stat(String title, String description) {
    Panel panel = new Panel("stat", title, description, true, "time_series");
    panel.color("thresholds");
    panel
        .options
        .put("colorMode", "value")
        .put("graphMode", "none")
        .put("justifyMode", "auto")
        .put("orientation", "auto")
        .put("textMode", "value");
    ObjectNode reduce = panel.options.putObject("reduceOptions");
    reduce.putArray("calcs").add("lastNotNull");
    reduce.put("fields", "").put("values", false);
    return panel;
  }

  /** Lines over time. */
  static Panel lines(String title, String description) {
    Panel panel = new Panel("timeseries", title, description, false, "time_series");
    panel.color("palette-classic-by-name");
    panel.defaults.put("min", 0);
    panel
        .custom
        .put("drawStyle", "line")
        .put("lineInterpolation", "linear")
        .put("lineWidth", 1)
        .put("fillOpacity", 10)
        .put("showPoints", "never")
        .put("spanNulls", false);
    panel.custom.putObject("stacking").put("mode", "none").put("group", "A");
    panel.defaults.set("custom", panel.custom);
    ObjectNode legend = panel.options.putObject("legend");
    legend.put("displayMode", "table").put("placement", "bottom").put("showLegend", true);
    legend.putArray("calcs").add("lastNotNull").add("max");
    panel.options.putObject("tooltip").put("mode", "multi").put("sort", "desc");
    return panel;
  }

  /** Lines on top of each other. */
  static Panel areas(String title, String description) {
    Panel panel = lines(title, description);
    panel.custom.put("fillOpacity", 60);
    panel.custom.putObject("stacking").put("mode", "normal").put("group", "A");
    return panel;
  }

  /** Bars on top of each other. */
  static Panel bars(String title, String description) {
    Panel panel = areas(title, description);
    panel.custom.put("drawStyle", "bars").put("fillOpacity", 80);
    return panel;
  }

  /** The shares of a histogram's buckets over time; queries give its series by {@code le}. */
  static Panel heatmap(String title, String description) {
    Panel panel = new Panel("heatmap", title, description, false, "heatmap");
    panel.options.put("calculate", false);
    panel
        .options
        .putObject("color")
        .put("mode", "scheme")
        .put("scheme", "Blues")
        .put("steps", 64)
        .put("exponent", 0.5)
        .put("reverse", true);
    panel.options.putObject("cellValues").put("unit", "cps");
    panel.options.putObject("rowsFrame").put("layout", "auto");
    panel.options.putObject("tooltip").put("mode", "single").put("yHistogram", true);
    panel.options.putObject("legend").put("show", true);
    panel.options.put("cellGap", 1);
    return panel;
  }

  /** States over time, a row a series. */
  static Panel timeline(String title, String description, boolean table) {
    Panel panel =
        new Panel("state-timeline", title, description, false, table ? "table" : "time_series");
    panel.custom.put("lineWidth", 0).put("fillOpacity", 80);
    panel.defaults.set("custom", panel.custom);
    panel
        .options
        .put("mergeValues", true)
        .put("showValue", "auto")
        .put("alignValue", "center")
        .put("rowHeight", 0.85);
    panel
        .options
        .putObject("legend")
        .put("displayMode", "list")
        .put("placement", "bottom")
        .put("showLegend", true)
        .putArray("calcs");
    panel.options.putObject("tooltip").put("mode", "single").put("sort", "none");
    return panel;
  }

  /** A table of now. */
  static Panel table(String title, String description) {
    Panel panel = new Panel("table", title, description, true, "table");
    panel.color("thresholds");
    panel.custom.putObject("cellOptions").put("type", "color-text");
    panel.defaults.set("custom", panel.custom);
    panel.options.put("showHeader", true).put("cellHeight", "sm");
    return panel;
  }

  Panel at(int x, int y, int w, int h) {
    json.set("gridPos", JSON.objectNode().put("x", x).put("y", y).put("w", w).put("h", h));
    return this;
  }

  Panel unit(String unit) {
    defaults.put("unit", unit);
    if (json.path("type").asText().equals("heatmap")) {
      options.putObject("yAxis").put("unit", unit).put("axisPlacement", "left");
    }
    return this;
  }

  Panel decimals(int decimals) {
    defaults.put("decimals", decimals);
    return this;
  }

  Panel most(double most) {
    defaults.put("max", most);
    return this;
  }

  Panel ifNone(String text) {
    defaults.put("noValue", text);
    return this;
  }

  /** A small curve of the number over time. */
  Panel curve() {
    options.put("graphMode", "area");
    return this;
  }

  private void color(String mode) {
    defaults.putObject("color").put("mode", mode);
  }

  /**
   * The color from each value on, ascending.
   *
   * @param base the color below all of them
   * @param steps value and color by turns
   */
  Panel thresholds(String base, Object... steps) {
    ObjectNode thresholds = defaults.putObject("thresholds");
    thresholds.put("mode", "absolute");
    ArrayNode all = thresholds.putArray("steps");
    all.addObject().putNull("value").put("color", base);
    for (int i = 0; i < steps.length; i += 2) {
      all.addObject()
          .put("value", ((Number) steps[i]).doubleValue())
          .put("color", (String) steps[i + 1]);
    }
    if (steps.length > 0 && json.path("type").asText().equals("timeseries")) {
      custom.putObject("thresholdsStyle").put("mode", "dashed");
    }
    return this;
  }

  /** What a value is called, and its color. */
  Panel mapping(String value, String text, String color) {
    ObjectNode mapping = defaults.withArray("mappings").addObject();
    mapping.put("type", "value");
    mapping
        .putObject("options")
        .putObject(value)
        .put("text", text)
        .put("color", color)
        .put("index", 0);
    return this;
  }

  /** Texts that match a pattern have a color, unless an earlier pattern has matched. */
  Panel coloring(String pattern, String color) {
    ArrayNode mappings = defaults.withArray("mappings");
    ObjectNode mapping = mappings.addObject().put("type", "regex");
    mapping
        .putObject("options")
        .put("pattern", pattern)
        .putObject("result")
        .put("color", color)
        .put("index", mappings.size() - 1);
    return this;
  }

  /** Asks for something; {@code legend} may have labels in double braces. */
  Panel query(String expression, String legend) {
    ObjectNode target = targets.addObject();
    target.put("refId", String.valueOf((char) ('A' + targets.size() - 1)));
    target.set("datasource", dataSource());
    target.put("expr", expression.replace("@", MATCHERS));
    target.put("legendFormat", legend).put("format", format);
    target.put("instant", instant).put("range", !instant);
    return this;
  }

  /** The quantiles of a histogram, each as a line of its own. */
  Panel quantiles(String bucket, double... quantiles) {
    for (double quantile : quantiles) {
      query(
          "histogram_quantile("
              + quantile
              + ", sum by (le) (rate("
              + bucket
              + "{@}[$__rate_interval])))",
          Math.round(quantile * 100) + " %");
    }
    return this;
  }

  /** Where there is more to see of it. */
  Panel more(String title, String uid) {
    ObjectNode link = json.putArray("links").addObject();
    link.put("type", "link").put("icon", "external link").put("tooltip", "");
    link.putArray("tags");
    link.put("asDropdown", false).put("includeVars", false).put("keepTime", false);
    link.put("title", title)
        .put(
            "url",
            "/d/"
                + uid
                + "?${__url_time_range}&${datasource:queryparam}&${job:queryparam}"
                + "&${instance:queryparam}")
        .put("targetBlank", false);
    return this;
  }

  Panel transform(String id, ObjectNode how) {
    ObjectNode transformation = json.withArray("transformations").addObject();
    transformation.put("id", id);
    transformation.set("options", how);
    return this;
  }

  ObjectNode json(int id) {
    json.put("id", id);
    return json;
  }

  static ObjectNode object() {
    return JSON.objectNode();
  }

  static ArrayNode array(List<String> texts) {
    ArrayNode array = JSON.arrayNode();
    texts.forEach(array::add);
    return array;
  }
}
