package dev.whisker.trainer.layers;

import static dev.whisker.trainer.layers.Twins.TOLERANCE;
import static dev.whisker.trainer.layers.Twins.difference;
import static dev.whisker.trainer.layers.Twins.twin;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.trainer.export.NetworkFile;
import java.io.IOException;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks with recurrent layers, LSTM or plain, and their twins. */
class FastRecurrentTest {
  private static final int CLASSES = 3;

  /** What a network looks like. */
  private record Shape(
      int layers,
      int batch,
      int steps,
      int channels,
      int units,
      boolean bidirectional,
      boolean plain) {
    Shape(int layers, int batch, int steps, int channels, int units, boolean bidirectional) {
      this(layers, batch, steps, channels, units, bidirectional, false);
    }

    /** With plain recurrent layers in place of LSTM, in one direction. */
    Shape asPlain() {
      return new Shape(layers, batch, steps, channels, units, false, true);
    }

    /** Keeps the slower of the two at a second or so. */
    Shape bounded() {
      int most = Math.max(1, 2_000_000 / (layers * units * Math.max(8, batch)));
      return new Shape(layers, batch, Math.min(steps, most), channels, units, bidirectional, plain);
    }
  }

  @Property(tries = 40, shrinking = ShrinkingMode.OFF)
  void gradientsAndOutputsAreDeeplearning4jsOwn(
      @ForAll @IntRange(min = 1, max = 3) int layers,
      @ForAll @IntRange(min = 1, max = 64) int batch,
      @ForAll @IntRange(min = 1, max = 200) int steps,
      @ForAll @IntRange(min = 1, max = 64) int channels,
      @ForAll @IntRange(min = 1, max = 128) int units,
      @ForAll boolean bidirectional,
      @ForAll boolean plainCells,
      @ForAll boolean masked,
      @ForAll boolean everyStep,
      @ForAll @IntRange(min = 1, max = 3) int cores,
      @ForAll long seed) {
    Shape lstm = new Shape(layers, batch, steps, channels, units, bidirectional);
    Shape shape = (plainCells ? lstm.asPlain() : lstm).bounded();
    Random random = new Random(seed);
    MultiLayerNetwork plain = network(layers(shape), everyStep, shape.channels(), 0);
    MultiLayerNetwork fast = twin(plain, cores);
    INDArray input = input(shape, random);
    INDArray labels = everyStep ? stepLabels(shape, random) : labels(shape, random);
    // deeplearning4j takes a mask of one step, or of one sequence, for one of single outputs.
    boolean maskable = shape.batch() > 1 && shape.steps() > 1;
    INDArray mask = masked && maskable ? mask(shape, random) : null;
    for (MultiLayerNetwork network : new MultiLayerNetwork[] {plain, fast}) {
      network.setInput(input);
      network.setLabels(labels);
      network.setLayerMaskArrays(mask, everyStep ? mask : null);
      network.computeGradientAndScore();
      network.clearLayerMaskArrays();
    }
    assertThat(difference(fast.gradient().gradient(), plain.gradient().gradient()))
        .isLessThan(TOLERANCE);
    assertThat(difference(fast.output(input), plain.output(input))).isLessThan(TOLERANCE);
  }

  @Property(tries = 10, shrinking = ShrinkingMode.OFF)
  void truncatedBackpropagationIsDeeplearning4jsOwn(
      @ForAll @IntRange(min = 1, max = 2) int layers,
      @ForAll @IntRange(min = 1, max = 20) int batch,
      @ForAll @IntRange(min = 2, max = 60) int steps,
      @ForAll @IntRange(min = 1, max = 30) int length,
      @ForAll @IntRange(min = 1, max = 40) int units,
      @ForAll boolean plainCells,
      @ForAll long seed) {
    Shape lstm = new Shape(layers, batch, steps, 5, units, false);
    Shape shape = plainCells ? lstm.asPlain() : lstm;
    Random random = new Random(seed);
    MultiLayerNetwork plain = network(layers(shape), true, shape.channels(), length);
    MultiLayerNetwork fast = twin(plain, 2);
    DataSet data = new DataSet(input(shape, random), stepLabels(shape, random));
    plain.fit(data);
    fast.fit(data);
    assertThat(difference(fast.params(), plain.params())).isLessThan(TOLERANCE);
  }

  @Property(tries = 10, shrinking = ShrinkingMode.OFF)
  void stateIsCarriedFromCallToCall(
      @ForAll @IntRange(min = 1, max = 3) int layers,
      @ForAll @IntRange(min = 1, max = 20) int batch,
      @ForAll @IntRange(min = 1, max = 40) int units,
      @ForAll boolean plainCells,
      @ForAll long seed) {
    Random random = new Random(seed);
    MultiLayerNetwork plain = null;
    MultiLayerNetwork fast = null;
    for (int call = 0; call < 4; call++) {
      Shape lstm = new Shape(layers, batch, 1 + random.nextInt(9), 4, units, false);
      Shape shape = plainCells ? lstm.asPlain() : lstm;
      if (plain == null) {
        plain = network(layers(shape), true, shape.channels(), 0);
        fast = twin(plain, 2);
      }
      INDArray input = input(shape, random);
      assertThat(difference(fast.rnnTimeStep(input), plain.rnnTimeStep(input)))
          .isLessThan(TOLERANCE);
    }
  }

  @Test
  void dropoutWorksOnWhatTheBackwardPassSees() {
    Shape shape = new Shape(2, 12, 20, 4, 16, false);
    Random random = new Random(1);
    Layer[] layers = layers(shape);
    // Of the first layer only: what is dropped is drawn in the order of the array in memory, and
    // the other layers' inputs lie there in another order.
    ((LSTM) layers[0]).setIDropout(new Dropout(0.6));
    MultiLayerNetwork plain = network(layers, false, shape.channels(), 0);
    MultiLayerNetwork fast = twin(plain, 2);
    DataSet data = new DataSet(input(shape, random), labels(shape, random));
    for (int step = 0; step < 3; step++) {
      Nd4j.getRandom().setSeed(100 + step);
      plain.fit(data.copy());
      Nd4j.getRandom().setSeed(100 + step);
      fast.fit(data.copy());
    }
    assertThat(difference(fast.params(), plain.params())).isLessThan(TOLERANCE);
  }

  @Test
  void channelsMayComeLast() {
    Random random = new Random(5);
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(7).updater(new Sgd(0.1)).list();
    for (int i = 0; i < 2; i++) {
      list.layer(
          new LSTM.Builder().nOut(9).activation(Activation.TANH).dataFormat(RNNFormat.NWC).build());
    }
    MultiLayerNetwork plain =
        new MultiLayerNetwork(
            list.layer(new GlobalPoolingLayer.Builder(PoolingType.AVG).poolingDimensions(1).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.recurrent(4, 12, RNNFormat.NWC))
                .build());
    plain.init();
    MultiLayerNetwork fast = twin(plain, 2);
    Shape shape = new Shape(2, 10, 12, 4, 9, false);
    for (int step = 0; step < 4; step++) {
      DataSet data =
          new DataSet(input(shape, random).permute(0, 2, 1).dup('c'), labels(shape, random));
      plain.fit(data.copy());
      fast.fit(data.copy());
    }
    assertThat(difference(fast.params(), plain.params())).isLessThan(TOLERANCE);
  }

  @Test
  void layersInWrappersAreFastToo() {
    MultiLayerNetwork network =
        network(
            new Layer[] {
              new Bidirectional(Bidirectional.Mode.ADD, lstm(5)), new LastTimeStep(lstm(4))
            },
            null,
            3,
            0);
    assertThat(FastLayers.install(network)).isEqualTo(3);
  }

  @Test
  void aTrainedNetworkOpensInPlainDeeplearning4jAndTheOtherWayRound() throws IOException {
    Shape shape = new Shape(2, 9, 15, 4, 12, false);
    Random random = new Random(2);
    MultiLayerNetwork fast = twin(network(layers(shape), false, shape.channels(), 0), 2);
    fast.fit(new DataSet(input(shape, random), labels(shape, random)));
    MultiLayerNetwork plain = NetworkFile.read(NetworkFile.write(fast));
    INDArray input = input(shape, random);
    assertThat(difference(fast.output(input), plain.output(input))).isLessThan(TOLERANCE);
    MultiLayerNetwork again = NetworkFile.read(NetworkFile.write(plain));
    FastLayers.install(again);
    assertThat(difference(again.output(input), plain.output(input))).isLessThan(TOLERANCE);
  }

  @Test
  void whatIsNotSupportedIsLeftToDeeplearning4j() {
    Shape shape = new Shape(1, 6, 8, 3, 7, false);
    Random random = new Random(3);
    Layer[] unusual = {
      new LSTM.Builder().nOut(7).activation(Activation.SOFTSIGN).build(),
      new LSTM.Builder().nOut(7).gateActivationFunction(Activation.HARDSIGMOID).build(),
    };
    for (Layer layer : unusual) {
      MultiLayerNetwork plain = network(new Layer[] {layer}, false, shape.channels(), 0);
      MultiLayerNetwork fast = twin(plain, 2);
      DataSet data = new DataSet(input(shape, random), labels(shape, random));
      plain.fit(data);
      fast.fit(data);
      assertThat(fast.params()).isEqualTo(plain.params());
    }
  }

  @Test
  void theNumberOfCoresChangesNotOneBit() {
    Shape shape = new Shape(2, 37, 25, 6, 20, false);
    Random random = new Random(4);
    DataSet data = new DataSet(input(shape, random), labels(shape, random));
    MultiLayerNetwork first = network(layers(shape), false, shape.channels(), 0);
    INDArray params = null;
    for (int cores = 1; cores <= 4; cores++) {
      MultiLayerNetwork network = twin(first, cores);
      for (int step = 0; step < 5; step++) {
        network.fit(data);
      }
      assertThat(params == null || params.equalsWithEps(network.params(), 0))
          .as(cores + " cores")
          .isTrue();
      params = network.params();
    }
  }

  // the networks and what they are fed with

  private static LSTM lstm(int units) {
    return new LSTM.Builder().nOut(units).activation(Activation.TANH).build();
  }

  private static SimpleRnn plain(int units) {
    return new SimpleRnn.Builder().nOut(units).activation(Activation.TANH).build();
  }

  private static Layer[] layers(Shape shape) {
    Layer[] layers = new Layer[shape.layers()];
    for (int i = 0; i < layers.length; i++) {
      layers[i] =
          shape.bidirectional()
              ? new Bidirectional(Bidirectional.Mode.CONCAT, lstm(shape.units()))
              : shape.plain() ? plain(shape.units()) : lstm(shape.units());
    }
    return layers;
  }

  /** A classifier of every step, of whole sequences, or (null) of what the last layer gives. */
  private static MultiLayerNetwork network(
      Layer[] layers, Boolean everyStep, int channels, int truncatedTo) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(7).updater(new Sgd(0.1)).list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    if (Boolean.TRUE.equals(everyStep)) {
      list.layer(
          new RnnOutputLayer.Builder(LossFunction.MCXENT)
              .nOut(CLASSES)
              .activation(Activation.SOFTMAX)
              .build());
    } else {
      if (everyStep != null) {
        list.layer(new GlobalPoolingLayer.Builder(PoolingType.AVG).build());
      }
      list.layer(
          new OutputLayer.Builder(LossFunction.MCXENT)
              .nOut(CLASSES)
              .activation(Activation.SOFTMAX)
              .build());
    }
    if (truncatedTo > 0) {
      list.backpropType(BackpropType.TruncatedBPTT).tBPTTLength(truncatedTo);
    }
    MultiLayerConfiguration configuration =
        list.setInputType(InputType.recurrent(channels)).build();
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return network;
  }

  private static INDArray input(Shape shape, Random random) {
    int count = shape.batch() * shape.channels() * shape.steps();
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = 2 * (float) random.nextGaussian();
    }
    long[] dimensions = {shape.batch(), shape.channels(), shape.steps()};
    return Nd4j.create(values, dimensions, random.nextBoolean() ? 'c' : 'f');
  }

  private static INDArray labels(Shape shape, Random random) {
    INDArray labels = Nd4j.zeros(shape.batch(), CLASSES);
    for (int i = 0; i < shape.batch(); i++) {
      labels.putScalar(i, random.nextInt(CLASSES), 1);
    }
    return labels;
  }

  private static INDArray stepLabels(Shape shape, Random random) {
    INDArray labels = Nd4j.zeros(shape.batch(), CLASSES, shape.steps());
    for (int i = 0; i < shape.batch(); i++) {
      for (int t = 0; t < shape.steps(); t++) {
        labels.putScalar(new int[] {i, random.nextInt(CLASSES), t}, 1);
      }
    }
    return labels;
  }

  /** Sequences of different lengths. */
  private static INDArray mask(Shape shape, Random random) {
    INDArray mask = Nd4j.zeros(shape.batch(), shape.steps());
    for (int i = 0; i < shape.batch(); i++) {
      int length = 1 + random.nextInt(shape.steps());
      for (int t = 0; t < length; t++) {
        mask.putScalar(i, t, 1);
      }
    }
    return mask;
  }
}
