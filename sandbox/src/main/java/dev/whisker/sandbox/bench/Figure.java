package dev.whisker.sandbox.bench;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One figure beside a peer's.
 *
 * @param name what was measured
 * @param unit of the figure and of the peer
 * @param goal what was to be reached, for people; null: nothing
 * @param met whether it was; null where there is no goal
 * @param figure the median over the rounds
 * @param peerName what it is compared with; null: nothing
 * @param peer the peer's median over the same rounds; null where there is none
 * @param ratio the median of the rounds' figure / peer, which need not be that of the medians; null
 *     where there is no peer
 * @param rounds the figure in each round
 * @param more what was seen beside, by name
 */
public record Figure(
    String name,
    String unit,
    String goal,
    Boolean met,
    double figure,
    String peerName,
    Double peer,
    Double ratio,
    List<Double> rounds,
    Map<String, Double> more) {

  /** Copies the collections. */
  public Figure {
    rounds = List.copyOf(rounds);
    more = Collections.unmodifiableMap(new LinkedHashMap<>(more));
  }

  /** Without peer and goal. */
  static Figure of(String name, String unit, List<Double> rounds) {
    return new Figure(name, unit, null, null, median(rounds), null, null, null, rounds, Map.of());
  }

  /** The same beside a peer, whose rounds are those of this figure. */
  Figure beside(String peersName, List<Double> peers) {
    double[] ratios = new double[rounds.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = rounds.get(i) / peers.get(i);
    }
    return new Figure(
        name, unit, goal, met, figure, peersName, median(peers), median(ratios), rounds, more);
  }

  /** The same with a ratio to its peer that is to be reached. */
  Figure withLeastRatio(double least) {
    return withGoal("ratio >= " + least, ratio >= least);
  }

  /** The same with a figure that is not to be exceeded. */
  Figure withMost(double most) {
    return withGoal("figure <= " + most + " " + unit, figure <= most);
  }

  private Figure withGoal(String aim, boolean reached) {
    return new Figure(name, unit, aim, reached, figure, peerName, peer, ratio, rounds, more);
  }

  /** The same with something that was seen beside; null is passed over. */
  Figure with(String what, Double value) {
    if (value == null) {
      return this;
    }
    Map<String, Double> all = new LinkedHashMap<>(more);
    all.put(what, value);
    return new Figure(name, unit, goal, met, figure, peerName, peer, ratio, rounds, all);
  }

  /** The median; that of an even number is the mean of the two in the middle. */
  static double median(List<Double> values) {
    return median(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
