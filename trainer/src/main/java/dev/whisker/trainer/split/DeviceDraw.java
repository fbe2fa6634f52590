package dev.whisker.trainer.split;

import dev.whisker.trainer.recording.Recording;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Draws a share of devices so that every label has about that share of its samples among them.
 *
 * <p>Greedy: of the devices in random order, always the one that brings the labels' shares nearest
 * to what is wanted. The last device that carries a label is never drawn.
 */
final class DeviceDraw {
  /** Less than most of the shortest window. */
  private static final int FEWEST_SAMPLES = 6;

  private final TreeMap<String, Integer> labels = new TreeMap<>();
  private final List<Recording> devices;
  private final double[][] shares;
  private final int[] holders;
  private final double[] totals;

  /** A draw from devices in an order that the seed alone decides. */
  DeviceDraw(List<Recording> recordings, long seed) {
    devices = new ArrayList<>(recordings);
    Collections.shuffle(devices, new Random(seed));
    for (Recording device : devices) {
      for (String label : new Block(device, 0, device.samples()).labels()) {
        labels.putIfAbsent(label, labels.size());
      }
    }
    shares = new double[devices.size()][labels.size()];
    holders = new int[labels.size()];
    totals = new double[labels.size()];
    for (int d = 0; d < shares.length; d++) {
      Recording device = devices.get(d);
      int from = 0;
      for (int i = 1; i <= device.samples(); i++) {
        // Labels come in long runs.
        if (i == device.samples() || !Objects.equals(device.label(i), device.label(from))) {
          if (device.label(from) != null) {
            shares[d][labels.get(device.label(from))] += i - from;
          }
          from = i;
        }
      }
      for (int l = 0; l < totals.length; l++) {
        totals[l] += shares[d][l];
        holders[l] += shares[d][l] > 0 ? 1 : 0;
      }
    }
    for (double[] device : shares) {
      Arrays.setAll(device, l -> device[l] / totals[l]);
    }
  }

  /**
   * The fewest devices that any label is found on; 0 without labels. A label on a few samples does
   * not count: it is no window's truth, but misspelled.
   */
  int fewestDevicesOfALabel() {
    return IntStream.range(0, holders.length)
        .filter(label -> totals[label] >= FEWEST_SAMPLES)
        .map(label -> holders[label])
        .min()
        .orElse(0);
  }

  /** The ids of the devices drawn, sorted; at most {@code count}. */
  List<String> draw(int count, double share) {
    boolean[] drawn = new boolean[shares.length];
    double[] reached = new double[labels.size()];
    List<String> names = new ArrayList<>();
    while (names.size() < count) {
      int best = -1;
      double least = Double.POSITIVE_INFINITY;
      for (int d = 0; d < shares.length; d++) {
        double distance = drawn[d] ? Double.POSITIVE_INFINITY : distance(reached, shares[d], share);
        if (distance < least && leavesEveryLabel(d)) {
          least = distance;
          best = d;
        }
      }
      if (best < 0) {
        break;
      }
      drawn[best] = true;
      for (int l = 0; l < reached.length; l++) {
        reached[l] += shares[best][l];
        holders[l] -= shares[best][l] > 0 ? 1 : 0;
      }
      names.add(devices.get(best).device());
    }
    Collections.sort(names);
    return names;
  }

  /**
   * All devices, dealt out to folds so that each has about as much of every label as the others.
   * Greedy: devices with much of a label first, each to the fold that has the least of its labels.
   *
   * @param count number of folds, at most one a device
   * @return the ids of each fold's devices, sorted; none is empty
   */
  List<List<String>> folds(int count) {
    List<Integer> order = new ArrayList<>();
    for (int d = 0; d < shares.length; d++) {
      order.add(d);
    }
    // Stable: the seed's order decides between devices with as much.
    order.sort(Comparator.comparingDouble(d -> -Arrays.stream(shares[d]).max().orElse(0)));
    double[][] reached = new double[count][labels.size()];
    List<List<String>> folds = new ArrayList<>();
    for (int f = 0; f < count; f++) {
      folds.add(new ArrayList<>());
    }
    for (int device : order) {
      int best = 0;
      for (int f = 1; f < count; f++) {
        double difference =
            overlap(reached[f], shares[device]) - overlap(reached[best], shares[device]);
        boolean fewer = folds.get(f).size() < folds.get(best).size();
        best = difference < 0 || (difference == 0 && fewer) ? f : best;
      }
      for (int l = 0; l < labels.size(); l++) {
        reached[best][l] += shares[device][l];
      }
      folds.get(best).add(devices.get(device).device());
    }
    folds.forEach(Collections::sort);
    return folds;
  }

  /** By how much a fold's squares grow with a device, but for what is the same for all folds. */
  private static double overlap(double[] reached, double[] added) {
    double sum = 0;
    for (int l = 0; l < added.length; l++) {
      sum += reached[l] * added[l];
    }
    return sum;
  }

  private boolean leavesEveryLabel(int device) {
    for (int l = 0; l < holders.length; l++) {
      if (shares[device][l] > 0 && holders[l] == 1) {
        return false;
      }
    }
    return true;
  }

  private static double distance(double[] reached, double[] added, double share) {
    double sum = 0;
    for (int l = 0; l < reached.length; l++) {
      double off = reached[l] + added[l] - share;
      sum += off * off;
    }
    return sum;
  }
}
