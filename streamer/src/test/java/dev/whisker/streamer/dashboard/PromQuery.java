package dev.whisker.streamer.dashboard;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a PromQL expression selects. This reads no more of the language than the dashboard uses:
 * every series selector has braces, even empty ones, so that its name can be told from a
 * function's.
 *
 * @param selectors in the order of their appearance
 * @param grouping the labels of all {@code by (…)} clauses
 */
record PromQuery(List<Selector> selectors, Set<String> grouping) {
  private static final Pattern SELECTOR =
      Pattern.compile(
          "(?:(?<function>[a-z_]+)\\()?(?<metric>[a-zA-Z_:][\\w:]*)\\{(?<matchers>[^}]*)}"
              + "(?:\\[(?<range>[^\\]]+)])?");
  private static final Pattern MATCHER =
      Pattern.compile("(?<label>\\w+)\\s*(?<operator>=~|!~|!=|=)\\s*\"(?<value>[^\"]*)\"");
  private static final Pattern GROUPING = Pattern.compile("\\bby\\s*\\((?<labels>[^)]*)\\)");

  /**
   * One series selector.
   *
   * @param function the function around it; null: none directly
   * @param metric the series' name
   * @param matchers operator and value, such as {@code =~"$job"}, by label
   * @param range such as {@code 5m}; null: none
   */
  record Selector(String function, String metric, Map<String, String> matchers, String range) {}

  static PromQuery parse(String expression) {
    List<Selector> selectors = new ArrayList<>();
    Matcher selector = SELECTOR.matcher(expression);
    while (selector.find()) {
      Map<String, String> matchers = new TreeMap<>();
      Matcher matcher = MATCHER.matcher(selector.group("matchers"));
      while (matcher.find()) {
        matchers.put(
            matcher.group("label"), matcher.group("operator") + '"' + matcher.group("value") + '"');
      }
      selectors.add(
          new Selector(
              selector.group("function"),
              selector.group("metric"),
              matchers,
              selector.group("range")));
    }
    Set<String> grouping = new TreeSet<>();
    Matcher by = GROUPING.matcher(expression);
    while (by.find()) {
      for (String label : by.group("labels").split(",", -1)) {
        grouping.add(label.strip());
      }
    }
    return new PromQuery(List.copyOf(selectors), grouping);
  }
}
