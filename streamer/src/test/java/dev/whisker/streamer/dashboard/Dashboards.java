package dev.whisker.streamer.dashboard;

import static dev.whisker.streamer.dashboard.Panel.ACT;
import static dev.whisker.streamer.dashboard.Panel.GOOD;
import static dev.whisker.streamer.dashboard.Panel.LOOK;
import static dev.whisker.streamer.dashboard.Panel.areas;
import static dev.whisker.streamer.dashboard.Panel.array;
import static dev.whisker.streamer.dashboard.Panel.bars;
import static dev.whisker.streamer.dashboard.Panel.dataSource;
import static dev.whisker.streamer.dashboard.Panel.heatmap;
import static dev.whisker.streamer.dashboard.Panel.lines;
import static dev.whisker.streamer.dashboard.Panel.object;
import static dev.whisker.streamer.dashboard.Panel.stat;
import static dev.whisker.streamer.dashboard.Panel.table;
import static dev.whisker.streamer.dashboard.Panel.timeline;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The source of {@code grafana/dashboards}: what each dashboard shows and asks for. For somebody
 * who is on call at night: the first row of each tells, in a color, whether there is something to
 * do; the rows below tell what.
 */
final class Dashboards {
  private static final String FLEET = "whisker-fleet";
  private static final String MODEL = "whisker-model";
  private static final String PIPELINE = "whisker-pipeline";
  private static final String DEVICE = "whisker-device";

  private static final String RATE = "[$__rate_interval]";

  /** Small: not one prediction in a while is no share of anything. */
  private static final String UNCERTAIN =
      "sum(rate(whisker_predictions_total{@, status=\"UNCERTAIN\"}"
          + RATE
          + ")) / (sum(rate(whisker_predictions_total{@}"
          + RATE
          + ")) > 0)";

  private static final String ACCURACY =
      "sum(increase(whisker_labelled_total{@, outcome=\"right\"}[15m]))"
          + " / (sum(increase(whisker_labelled_total{@}[15m])) > 0)";

  private static final String AGREEMENT =
      "sum(increase(whisker_shadow_agreement_total{@, outcome=\"same\"}[15m]))"
          + " / (sum(increase(whisker_shadow_agreement_total{@}[15m])) > 0)";

  private Dashboards() {}

  /** Each dashboard by the name of its file. */
  static Map<String, ObjectNode> all() {
    Map<String, ObjectNode> all = new LinkedHashMap<>();
    all.put("fleet.json", fleet());
    all.put("model.json", model());
    all.put("pipeline.json", pipeline());
    all.put("device.json", device());
    return all;
  }

  private static ObjectNode fleet() {
    return dashboard(
        FLEET,
        "Whisker Fleet",
        "What the devices do, and whether somebody has to do something.",
        List.of(
            variable(
                "class", "Class", "Classes to look at.", "whisker_predictions_total{@}", "label")),
        stat(
                "Alerts that fire",
                "Of those in grafana/prometheus/rules; what to do is in docs/operations.md.")
            .at(0, 0, 4, 4)
            .unit("short")
            .thresholds(GOOD, 1, ACT)
            .query("count(ALERTS{job=~\"$job\", alertstate=\"firing\"}) or vector(0)", "alerts"),
        stat(
                "Streamers not ready",
                "Streamers that do not answer Prometheus, or that do not read and classify.")
            .at(4, 0, 4, 4)
            .unit("short")
            .thresholds(GOOD, 1, ACT)
            .ifNone("none known")
            .query("count(up{@}) - (sum(whisker_ready{@}) or vector(0))", "streamers")
            .more("Pipeline", PIPELINE),
        stat("Predictions", "Windows classified per second. Red: nothing comes out.")
            .at(8, 0, 4, 4)
            .unit("cps")
            .thresholds(ACT, 0.001, GOOD)
            .ifNone("none")
            .query("sum(rate(whisker_predictions_total{@}" + RATE + "))", "predictions")
            .more("Pipeline", PIPELINE),
        stat("Went silent", "Devices that were given up as silent within the last hour.")
            .at(12, 0, 4, 4)
            .unit("short")
            .decimals(0)
            .thresholds(GOOD, 1, LOOK)
            .query("sum(increase(whisker_devices_evicted_total{@}[1h]))", "devices"),
        stat("Uncertain", "Share of predictions whose confidence is below the model's threshold.")
            .at(16, 0, 4, 4)
            .unit("percentunit")
            .decimals(1)
            .thresholds(GOOD, 0.1, LOOK, 0.3, ACT)
            .ifNone("no predictions")
            .query(UNCERTAIN, "uncertain")
            .more("Model", MODEL),
        stat("Devices", "Devices whose state a streamer holds: those not given up as silent.")
            .at(20, 0, 4, 4)
            .unit("short")
            .query("sum(whisker_devices{@})", "devices"),
        areas(
                "Devices by stable class",
                "What the devices are doing now, smoothed. UNKNOWN: too few windows to tell.")
            .at(0, 4, 12, 9)
            .unit("short")
            .query(
                "sum by (label) (whisker_devices_stable{@, label=~\"$class|UNKNOWN\"})",
                "{{label}}"),
        areas(
                "Predictions by class",
                "Windows classified per second as each class, on top of each other.")
            .at(12, 4, 12, 9)
            .unit("cps")
            .query(
                "sum by (label) (rate(whisker_predictions_total{@, label=~\"$class\"}"
                    + RATE
                    + "))",
                "{{label}}"),
        bars(
                "State changes",
                "Changes of devices' stable classes, by what they became. STALE: fell silent.")
            .at(0, 13, 8, 8)
            .unit("short")
            .query(
                "sum by (to) (increase(whisker_state_changes_total{@, to=~\"$class|STALE\"}"
                    + RATE
                    + "))",
                "to {{to}}"),
        lines(
                "Uncertain share by class",
                "Share of each class's predictions below the model's confidence threshold.")
            .at(8, 13, 8, 8)
            .unit("percentunit")
            .most(1)
            .thresholds(GOOD, 0.1, LOOK, 0.3, ACT)
            .query(
                "sum by (label) (rate(whisker_predictions_total{@, label=~\"$class\","
                    + " status=\"UNCERTAIN\"}"
                    + RATE
                    + ")) / (sum by (label) (rate(whisker_predictions_total{@,"
                    + " label=~\"$class\"}"
                    + RATE
                    + ")) > 0)",
                "{{label}}"),
        lines(
                "Devices and silent devices",
                "Devices that a streamer holds, and those given up as silent within an hour each.")
            .at(16, 13, 8, 8)
            .unit("short")
            .query("sum(whisker_devices{@})", "devices")
            .query("sum(increase(whisker_devices_evicted_total{@}[1h]))", "went silent"),
        timeline(
                "When alerts fired",
                "A row an alert. Each has its section in docs/operations.md. Nothing: none fired.",
                false)
            .at(0, 21, 24, 6)
            .unit("short")
            .thresholds(GOOD, 1, ACT)
            .mapping("1", "fires", ACT)
            .query(
                "max by (alertname) (ALERTS{job=~\"$job\", alertstate=\"firing\"})",
                "{{alertname}}"));
  }

  private static ObjectNode model() {
    return dashboard(
        MODEL,
        "Whisker Model",
        "Whether the model still knows what it sees.",
        List.of(
            variable(
                "class", "Class", "Classes to look at.", "whisker_predictions_total{@}", "label"),
            variable(
                "model",
                "Model",
                "Models to look at, by name.",
                "whisker_predictions_total{@}",
                "model")),
        stat(
                "Live accuracy",
                "Share of right predictions among those whose readings carried the truth, over 15"
                    + " minutes.")
            .at(0, 0, 4, 4)
            .unit("percentunit")
            .decimals(1)
            .thresholds(ACT, 0.8, LOOK, 0.9, GOOD)
            .ifNone("no labels")
            .query(ACCURACY, "right"),
        stat(
                "Largest drift",
                "The population stability index of the channel that differs most from the"
                    + " training. Below 0.1 is little, above 0.25 much.")
            .at(4, 0, 4, 4)
            .unit("none")
            .decimals(2)
            .thresholds(GOOD, 0.1, LOOK, 0.25, ACT)
            .ifNone("too little yet")
            .query("max(whisker_drift_psi{@})", "drift"),
        stat(
                "Drift of classes",
                "The population stability index of the predicted classes' shares: whether the"
                    + " devices do what they did in training.")
            .at(8, 0, 4, 4)
            .unit("none")
            .decimals(2)
            .thresholds(GOOD, 0.1, LOOK, 0.25, ACT)
            .ifNone("too little yet")
            .query("max(whisker_drift_labels{@})", "drift"),
        stat("Confidence", "Half of the predictions are more confident than this.")
            .at(12, 0, 4, 4)
            .unit("percentunit")
            .decimals(1)
            .thresholds(ACT, 0.5, LOOK, 0.7, GOOD)
            .ifNone("no predictions")
            .query(
                "histogram_quantile(0.5, sum by (le) (rate(whisker_confidence_bucket{@}"
                    + RATE
                    + ")))",
                "median"),
        stat(
                "Shadow agrees",
                "Share of windows of which the shadow says the same as the served model, over 15"
                    + " minutes.")
            .at(16, 0, 4, 4)
            .unit("percentunit")
            .decimals(1)
            .thresholds(LOOK, 0.9, GOOD)
            .ifNone("no shadow")
            .query(AGREEMENT, "same"),
        stat(
                "Models refused",
                "Models published within the last hour that a streamer would not serve; the log"
                    + " says why.")
            .at(20, 0, 4, 4)
            .unit("short")
            .decimals(0)
            .thresholds(GOOD, 1, ACT)
            .query(
                "sum(increase(whisker_model_loads_total{@, outcome=~\".*refused\"}[1h]))",
                "refused"),
        lines(
                "Drift by channel",
                "Population stability index of each channel's values against the training's, of"
                    + " the streamer that sees most. Above the upper line the test's accuracy"
                    + " tells little.")
            .at(0, 4, 12, 9)
            .unit("none")
            .decimals(2)
            .thresholds(GOOD, 0.1, LOOK, 0.25, ACT)
            .query("max by (channel) (whisker_drift_psi{@})", "{{channel}}")
            .query("max(whisker_drift_labels{@})", "predicted classes"),
        lines(
                "Live accuracy over time",
                "Share of right predictions among those whose readings carried the truth, over 15"
                    + " minutes each.")
            .at(12, 4, 12, 9)
            .unit("percentunit")
            .most(1)
            .thresholds(ACT, 0.8, LOOK, 0.9, GOOD)
            .query(ACCURACY, "right"),
        lines(
                "Confidence quantiles",
                "The share of predictions that is less confident. What sinks is about to be"
                    + " uncertain.")
            .at(0, 13, 8, 8)
            .unit("percentunit")
            .most(1)
            .quantiles("whisker_confidence_bucket", 0.1, 0.5, 0.9),
        heatmap("Confidence", "Predictions per second by confidence; dark: many.")
            .at(8, 13, 8, 8)
            .unit("percentunit")
            .query("sum by (le) (rate(whisker_confidence_bucket{@}" + RATE + "))", "{{le}}"),
        areas(
                "Predictions by model",
                "Windows of the chosen classes classified per second by each model.")
            .at(16, 13, 8, 8)
            .unit("cps")
            .query(
                "sum by (model) (rate(whisker_predictions_total{@, model=~\"$model\","
                    + " label=~\"$class\"}"
                    + RATE
                    + "))",
                "{{model}}"),
        areas(
                "Version rollout",
                "Streamers that serve each model and version. Two colors for long: not all of"
                    + " them have taken the new one.")
            .at(0, 21, 8, 8)
            .unit("short")
            .query(
                "count by (model, version) (whisker_model_info{@, model=~\"$model\"})",
                "{{model}} {{version}}"),
        bars(
                "Models loaded and refused",
                "Models taken from the models topic, or at start, by what came of them.")
            .at(8, 21, 8, 8)
            .unit("short")
            .query(
                "sum by (outcome) (increase(whisker_model_loads_total{@}" + RATE + "))",
                "{{outcome}}"),
        areas(
                "Shadow agreement",
                "Windows per second of which the shadow says the same or something different, or"
                    + " which it could not classify.")
            .at(16, 21, 8, 8)
            .unit("cps")
            .query(
                "sum by (outcome) (rate(whisker_shadow_agreement_total{@}" + RATE + "))",
                "{{outcome}}"));
  }

  private static ObjectNode pipeline() {
    return dashboard(
        PIPELINE,
        "Whisker Pipeline",
        "How well readings become predictions.",
        List.of(),
        stat(
                "Lag",
                "Readings in Kafka that are still to be read. Growing: the streamers are too slow"
                    + " or one is missing.")
            .at(0, 0, 4, 4)
            .unit("short")
            .curve()
            .thresholds(GOOD, 1_000, LOOK, 10_000, ACT)
            .ifNone("not known")
            .query("sum(instance:whisker_lag_records:sum{@})", "records"),
        stat(
                "Latency, 99 %",
                "From the record of a window's last sample to its prediction: one in a hundred"
                    + " takes longer. It includes waiting in Kafka.")
            .at(4, 0, 4, 4)
            .unit("s")
            .thresholds(GOOD, 1, LOOK, 5, ACT)
            .ifNone("no predictions")
            .query("max(instance:whisker_latency_seconds:p99_5m{@})", "99 %"),
        stat(
                "Refused",
                "Readings sent to the dead-letter topic within the last hour, whatever the"
                    + " reason.")
            .at(8, 0, 4, 4)
            .unit("short")
            .decimals(0)
            .thresholds(GOOD, 1, LOOK)
            .query("sum(increase(whisker_refused_total{@}[1h]))", "refused"),
        stat(
                "Windows lost",
                "Windows within the last hour that could not be classified because state is"
                    + " missing. One is one too many.")
            .at(12, 0, 4, 4)
            .unit("short")
            .decimals(0)
            .thresholds(GOOD, 1, ACT)
            .query("sum(increase(whisker_windows_lost_total{@}[1h]))", "lost"),
        stat("Threads failed", "Stream threads that failed within the last hour.")
            .at(16, 0, 4, 4)
            .unit("short")
            .decimals(0)
            .thresholds(GOOD, 1, ACT)
            .query("sum(increase(whisker_threads_failed_total{@}[1h]))", "failed"),
        stat("Heap", "How full the fullest streamer's heap is.")
            .at(20, 0, 4, 4)
            .unit("percentunit")
            .decimals(0)
            .thresholds(GOOD, 0.85, LOOK, 0.95, ACT)
            .query(
                "max(sum by (instance) (jvm_memory_used_bytes{@, area=\"heap\"}) / sum by"
                    + " (instance) (jvm_memory_max_bytes{@, area=\"heap\"} > 0))",
                "used"),
        lines("Readings and windows", "Readings accepted and windows due, per second.")
            .at(0, 4, 8, 8)
            .unit("cps")
            .query("sum(rate(whisker_readings_total{@}" + RATE + "))", "readings")
            .query("sum(rate(whisker_windows_total{@}" + RATE + "))", "windows"),
        lines(
                "Lag by streamer",
                "Readings in Kafka that are still to be read, of each streamer's partitions.")
            .at(8, 4, 8, 8)
            .unit("short")
            .query("sum by (instance) (instance:whisker_lag_records:sum{@})", "{{instance}}"),
        lines(
                "Latency",
                "From the record of a window's last sample to its prediction: that share of them"
                    + " is faster.")
            .at(16, 4, 8, 8)
            .unit("s")
            .thresholds(GOOD, 1, LOOK, 5, ACT)
            .quantiles("whisker_latency_seconds_bucket", 0.5, 0.95, 0.99),
        heatmap(
                "Latency heatmap",
                "Predictions per second by latency; dark: many. Two bands: two kinds of"
                    + " readings, or two streamers.")
            .at(0, 12, 12, 8)
            .unit("s")
            .query("sum by (le) (rate(whisker_latency_seconds_bucket{@}" + RATE + "))", "{{le}}"),
        lines(
                "Event latency",
                "From the time of a window's last sample to its prediction: as latency, and how"
                    + " late readings reach Kafka. Devices' clocks count.")
            .at(12, 12, 12, 8)
            .unit("s")
            .quantiles("whisker_latency_event_seconds_bucket", 0.5, 0.95),
        bars(
                "Refused by reason",
                "Readings per second sent to the dead-letter topic. A reason that stays is a"
                    + " producer to be repaired.")
            .at(0, 20, 8, 8)
            .unit("cps")
            .query("sum by (reason) (rate(whisker_refused_total{@}" + RATE + "))", "{{reason}}"),
        lines(
                "Samples that did not fit",
                "Samples per second dropped as late or as duplicates, grid points interpolated,"
                    + " and gaps that made a window start over.")
            .at(8, 20, 8, 8)
            .unit("cps")
            .query("sum(rate(whisker_late_total{@}" + RATE + "))", "late")
            .query("sum(rate(whisker_duplicates_total{@}" + RATE + "))", "duplicate")
            .query("sum(rate(whisker_filled_total{@}" + RATE + "))", "interpolated")
            .query("sum(rate(whisker_gaps_total{@}" + RATE + "))", "gaps"),
        lines(
                "Batch sizes",
                "Windows given to the network at once. More than a few: it catches up.")
            .at(16, 20, 8, 8)
            .unit("short")
            .query(
                "sum(rate(whisker_batch_size_sum{@}"
                    + RATE
                    + ")) / (sum(rate(whisker_batch_size_count{@}"
                    + RATE
                    + ")) > 0)",
                "mean")
            .quantiles("whisker_batch_size_bucket", 0.95),
        lines("Inference", "The network's time for one batch: that share of them is faster.")
            .at(0, 28, 8, 8)
            .unit("s")
            .quantiles("whisker_inference_seconds_bucket", 0.5, 0.99),
        lines(
                "Restore",
                "Stores that are being read back from their changelogs, and records per second."
                    + " Until it is done, their devices wait.")
            .at(8, 28, 8, 8)
            .unit("short")
            .query("sum(whisker_restoring{@})", "stores to do")
            .query("sum(rate(whisker_restored_total{@}" + RATE + "))", "records per second"),
        lines("Devices by streamer", "How the devices are shared out.")
            .at(16, 28, 8, 8)
            .unit("short")
            .query("sum by (instance) (whisker_devices{@})", "{{instance}}"),
        lines("Processor", "Processor time of each streamer, as a share of its machine's.")
            .at(0, 36, 8, 8)
            .unit("percentunit")
            .most(1)
            .query("max by (instance) (process_cpu_usage{@})", "{{instance}}"),
        lines("Heap used", "Of each streamer. A saw is as it should be; its floor must not rise.")
            .at(8, 36, 8, 8)
            .unit("bytes")
            .query("sum by (instance) (jvm_memory_used_bytes{@, area=\"heap\"})", "{{instance}}"),
        lines("Garbage collection", "Share of the time in which each streamer stood still for it.")
            .at(16, 36, 8, 8)
            .unit("percentunit")
            .thresholds(GOOD, 0.05, LOOK, 0.2, ACT)
            .query(
                "sum by (instance) (rate(jvm_gc_pause_seconds_sum{@}" + RATE + "))",
                "{{instance}}"));
  }

  private static ObjectNode device() {
    ObjectNode names = object();
    names.put("device", "Device").put("label", "Class").put("Value", "Confidence");
    ObjectNode hidden = object().put("Time", true);
    ObjectNode order = object().put("device", 0).put("label", 1).put("Value", 2);
    ObjectNode organized = object();
    organized.set("excludeByName", hidden);
    organized.set("renameByName", names);
    organized.set("indexByName", order);
    ObjectNode byTime = object();
    byTime.set("fields", object());
    byTime.putArray("sort").addObject().put("field", "Time");
    ObjectNode asTime = object();
    asTime.set("fields", object());
    asTime
        .putArray("conversions")
        .addObject()
        .put("targetField", "Time\\device")
        .put("destinationType", "time");
    return dashboard(
        DEVICE,
        "Whisker Device",
        "Single devices, of those that --device-metrics has room for or names.",
        List.of(
            variable(
                "device",
                "Device",
                "Devices to look at: those with metrics of their own.",
                "whisker_device_state{@}",
                "device")),
        stat("Devices shown", "Those with metrics of their own that are chosen above.")
            .at(0, 0, 8, 4)
            .unit("short")
            .ifNone("none: --device-metrics")
            .query(
                "count(count by (device) (whisker_device_confidence{@, device=~\"$device\"}))",
                "devices"),
        stat("Least confident", "The least confidence among their latest predictions.")
            .at(8, 0, 8, 4)
            .unit("percentunit")
            .decimals(1)
            .thresholds(ACT, 0.5, LOOK, 0.7, GOOD)
            .query("min(whisker_device_confidence{@, device=~\"$device\"})", "confidence"),
        stat(
                "Longest silence",
                "How long ago the oldest of their latest windows ended, by the device's clock.")
            .at(16, 0, 8, 4)
            .unit("s")
            .thresholds(GOOD, 60, LOOK, 600, ACT)
            .query(
                "time() - min(whisker_device_window_timestamp_seconds{@, device=~\"$device\"})",
                "silence"),
        timeline(
                "States",
                "The stable class of each device over time, a row a device; green: one whose name"
                    + " says that all is well. A gap: it was silent or with no streamer.",
                true)
            .at(0, 4, 24, 10)
            .unit("string")
            .coloring("(?i)healthy|normal|ok|good|idle", GOOD)
            .coloring(".+", LOOK)
            .query(
                "max by (device, label) (whisker_device_state{@, device=~\"$device\"} == 1)",
                "{{device}} {{label}}")
            .transform("sortBy", byTime)
            .transform(
                "groupingToMatrix",
                object()
                    .put("columnField", "device")
                    .put("rowField", "Time")
                    .put("valueField", "label")
                    .put("emptyValue", "null"))
            .transform("convertFieldType", asTime),
        table("Now", "What each device does, and how sure that is.")
            .at(0, 14, 8, 9)
            .unit("percentunit")
            .decimals(1)
            .thresholds(ACT, 0.5, LOOK, 0.7, GOOD)
            .query(
                "max by (device, label) (whisker_device_state{@, device=~\"$device\"} == 1)"
                    + " * on (device) group_left () max by (device)"
                    + " (whisker_device_confidence{@, device=~\"$device\"})",
                "")
            .transform("organize", organized),
        lines("Confidence", "Of each device's latest prediction.")
            .at(8, 14, 8, 9)
            .unit("percentunit")
            .most(1)
            .thresholds(ACT, 0.5, LOOK, 0.7, GOOD)
            .query(
                "max by (device) (whisker_device_confidence{@, device=~\"$device\"})",
                "{{device}}"),
        lines(
                "Age of the last window",
                "How long ago each device's latest window ended, by the device's clock. A ramp:"
                    + " it is silent. Below nothing: its clock is fast.")
            .at(16, 14, 8, 9)
            .unit("s")
            .thresholds(GOOD, 60, LOOK, 600, ACT)
            .query(
                "time() - max by (device) (whisker_device_window_timestamp_seconds{@,"
                    + " device=~\"$device\"})",
                "{{device}}"));
  }

  private static ObjectNode dashboard(
      String uid, String title, String description, List<ObjectNode> variables, Panel... panels) {
    ObjectNode json = object();
    json.put("uid", uid).put("title", title).put("description", description);
    json.set("tags", array(List.of("whisker")));
    json.put("schemaVersion", 42).put("editable", false).put("graphTooltip", 1);
    json.put("timezone", "browser").put("refresh", "10s");
    json.putObject("time").put("from", "now-30m").put("to", "now");
    json.putObject("timepicker");
    ObjectNode link = json.putArray("links").addObject();
    link.put("type", "dashboards").put("title", "Whisker").put("icon", "external link");
    link.set("tags", array(List.of("whisker")));
    link.put("asDropdown", false).put("includeVars", true).put("keepTime", true);
    link.put("targetBlank", false).put("tooltip", "").put("url", "");
    ObjectNode swaps = json.putObject("annotations").putArray("list").addObject();
    swaps.put("name", "Model swaps").put("enable", true).put("iconColor", "purple");
    swaps.set("datasource", dataSource());
    swaps.put(
        "expr",
        "sum by (model, version) (whisker_model_info{@}) unless sum by (model, version)"
                .replace("@", Panel.MATCHERS)
            + " (whisker_model_info{@} offset 1m)".replace("@", Panel.MATCHERS));
    swaps.put("titleFormat", "{{model}} {{version}}");
    swaps.put("textFormat", "is served from here on, by the first streamer");
    ArrayNode list = json.putObject("templating").putArray("list");
    list.addObject()
        .put("type", "datasource")
        .put("name", "datasource")
        .put("label", "Data source")
        .put("description", "The Prometheus that scrapes the streamers.")
        .put("query", "prometheus")
        .putObject("current")
        .put("text", "Prometheus")
        .put("value", "prometheus");
    list.add(
        variable(
            "job",
            "Job",
            "Prometheus' name for this set of streamers.",
            "whisker_readings_total",
            "job"));
    list.add(
        variable(
            "instance",
            "Instance",
            "Streamers to look at.",
            "whisker_readings_total{job=~\"$job\"}",
            "instance"));
    variables.forEach(list::add);
    ArrayNode all = json.putArray("panels");
    for (Panel panel : panels) {
      all.add(panel.json(all.size() + 1));
    }
    return json;
  }

  private static ObjectNode variable(
      String name, String label, String description, String series, String of) {
    String query = "label_values(" + series.replace("@", Panel.MATCHERS) + ", " + of + ")";
    ObjectNode variable = object();
    variable.put("type", "query").put("name", name).put("label", label);
    variable.put("description", description);
    variable.set("datasource", dataSource());
    variable.put("query", query).put("definition", query).put("refresh", 2).put("sort", 1);
    variable.put("multi", true).put("includeAll", true).put("allValue", ".+");
    variable.putObject("current").put("text", "All").put("value", "$__all");
    return variable;
  }
}
