package dev.whisker.classifier.smoothing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class MarkovPropertiesTest {
  private static List<Double> distribution(int labels, Random random) {
    double[] weights = new double[labels];
    double sum = 0;
    for (int i = 0; i < labels; i++) {
      weights[i] = 0.05 + random.nextDouble();
      sum += weights[i];
    }
    List<Double> shares = new ArrayList<>();
    for (double weight : weights) {
      shares.add(weight / sum);
    }
    return shares;
  }

  private static Markov markov(int labels, Random random) {
    List<List<Double>> rows = new ArrayList<>();
    for (int i = 0; i < labels; i++) {
      rows.add(distribution(labels, random));
    }
    return new Markov(
        rows,
        distribution(labels, random),
        distribution(labels, random),
        0.1 + 0.9 * random.nextDouble());
  }

  private static float[] window(int labels, Random random) {
    float[] window = new float[labels];
    List<Double> shares = distribution(labels, random);
    for (int i = 0; i < labels; i++) {
      window[i] = shares.get(i).floatValue();
    }
    return window;
  }

  /** The sum over every sequence of labels, which is what the forward recursion saves. */
  @Property(tries = 100)
  void theBeliefIsThatOfAllSequencesOfLabels(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 3) int labels,
      @ForAll @IntRange(min = 1, max = 5) int length) {
    Random random = new Random(seed);
    Markov markov = markov(labels, random);
    List<float[]> windows = new ArrayList<>();
    Belief belief = new Belief(markov);
    for (int t = 0; t < length; t++) {
      windows.add(window(labels, random));
      belief.next(windows.get(t), 0);
    }
    double[] byLast = new double[labels];
    double all = 0;
    int sequences = (int) Math.pow(labels, length);
    for (int code = 0; code < sequences; code++) {
      double product = 1;
      int rest = code;
      int before = -1;
      for (int t = 0; t < length; t++) {
        int label = rest % labels;
        rest /= labels;
        product *=
            before < 0 ? markov.start().get(label) : markov.transitions().get(before).get(label);
        product *= Math.pow(windows.get(t)[label] / markov.priors().get(label), markov.evidence());
        before = label;
      }
      byLast[before] += product;
      all += product;
    }
    for (int label = 0; label < labels; label++) {
      assertThat(belief.labels[label]).isCloseTo(byLast[label] / all, within(1e-9));
    }
  }

  @Property(tries = 200)
  void takingTheStateOutAndPuttingItBackChangesNothing(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 5) int labels,
      @ForAll @IntRange(min = 0, max = 20) int before)
      throws IOException {
    Random random = new Random(seed);
    Smoothing smoothing = Smoothing.by(markov(labels, random));
    StableLabel whole = new StableLabel(smoothing);
    for (int i = 0; i < before; i++) {
      whole.next(0, window(labels, random), 0, i == 0);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    whole.write(new DataOutputStream(bytes));
    StableLabel restored = new StableLabel(smoothing);
    restored.next(0, window(labels, random), 0, true);
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    restored.read(in);
    assertThat(in.available()).isZero();
    assertThat(restored.stable()).isEqualTo(whole.stable());
    for (int i = 0; i < 20; i++) {
      float[] window = window(labels, random);
      restored.next(0, window, 0, false);
      whole.next(0, window, 0, false);
      assertThat(restored.stable()).isEqualTo(whole.stable());
    }
    ByteArrayOutputStream again = new ByteArrayOutputStream();
    restored.write(new DataOutputStream(again));
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    whole.write(new DataOutputStream(expected));
    assertThat(again.toByteArray()).isEqualTo(expected.toByteArray());
  }

  @Property(tries = 100)
  void theStateIsReadUnderTheOtherForm(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    Smoothing filter = Smoothing.by(markov(3, random));
    StableLabel filtered = new StableLabel(filter);
    filtered.next(0, window(3, random), 0, true);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    filtered.write(new DataOutputStream(bytes));
    StableLabel voting = new StableLabel(Smoothing.DEFAULT);
    voting.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    assertThat(voting.stable()).isEqualTo(filtered.stable());

    ByteArrayOutputStream votes = new ByteArrayOutputStream();
    voting.write(new DataOutputStream(votes));
    StableLabel back = new StableLabel(filter);
    back.read(new DataInputStream(new ByteArrayInputStream(votes.toByteArray())));
    assertThat(back.stable()).isEqualTo(filtered.stable());
    float[] window = window(3, random);
    StableLabel fresh = new StableLabel(filter);
    back.next(0, window, 0, false);
    fresh.next(0, window, 0, true);
    assertThat(back.stable()).isEqualTo(fresh.stable());
  }
}
