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
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Blocks of convolution, batch normalization, rectifier and pooling, with their twins. */
class FastConvolutionTest {
  private static final int CLASSES = 3;

  /** What a network looks like. */
  private record Shape(
      CNN2DFormat format, int blocks, int batch, int steps, int channels, int filters, int taps) {}

  /**
   * Without rectifiers and maxima: where a value is next to 0, or two are next to each other, they
   * decide by the last bit, and one other decision moves a gradient by more than rounding does.
   */
  @Property(tries = 40, shrinking = ShrinkingMode.OFF)
  void gradientsAndOutputsOfConvolutionsAndNormalizationsAreDeeplearning4jsOwn(
      @ForAll CNN2DFormat format,
      @ForAll @IntRange(min = 1, max = 2) int blocks,
      @ForAll @IntRange(min = 2, max = 40) int batch,
      @ForAll @IntRange(min = 9, max = 90) int steps,
      @ForAll @IntRange(min = 1, max = 20) int channels,
      @ForAll @IntRange(min = 1, max = 40) int filters,
      @ForAll @IntRange(min = 1, max = 8) int taps,
      @ForAll boolean logarithmic,
      @ForAll boolean bias,
      @ForAll @IntRange(min = 1, max = 3) int cores,
      @ForAll long seed) {
    Shape shape = new Shape(format, blocks, batch, steps, channels, filters, taps);
    Random random = new Random(seed);
    MultiLayerNetwork plain = network(shape, 1, logarithmic, bias);
    MultiLayerNetwork fast = twin(plain, cores);
    INDArray input = input(shape, random);
    for (MultiLayerNetwork network : new MultiLayerNetwork[] {plain, fast}) {
      network.setInput(input);
      network.setLabels(labels(shape, new Random(seed)));
      network.computeGradientAndScore();
    }
    assertThat(difference(fast.gradient().gradient(), plain.gradient().gradient()))
        .isLessThan(5 * TOLERANCE);
    assertThat(difference(fast.output(input), plain.output(input))).isLessThan(TOLERANCE);
  }

  @Property(tries = 30, shrinking = ShrinkingMode.OFF)
  void rectifiersAndMaximaDecideAsDeeplearning4jDoes(
      @ForAll CNN2DFormat format,
      @ForAll @IntRange(min = 1, max = 40) int batch,
      @ForAll @IntRange(min = 5, max = 90) int steps,
      @ForAll @IntRange(min = 1, max = 40) int filters,
      @ForAll @IntRange(min = 2, max = 5) int pool,
      @ForAll @IntRange(min = 1, max = 3) int cores,
      @ForAll long seed) {
    Random random = new Random(seed);
    Shape shape = new Shape(format, 1, batch, steps, 3, filters, 3);
    MultiLayerNetwork plain = network(shape, pool, true, true);
    MultiLayerNetwork fast = twin(plain, cores);
    INDArray input = input(new Shape(format, 1, batch, steps, filters, filters, 3), random);
    for (int layer : new int[] {2, 3}) {
      INDArray expected = activations(plain, layer, input);
      assertThat(activations(fast, layer, input).equalsWithEps(expected, 0)).isTrue();
      INDArray errors = Nd4j.randn(expected.shape());
      assertThat(
              inputErrors(fast, layer, errors).equalsWithEps(inputErrors(plain, layer, errors), 0))
          .isTrue();
    }
  }

  private static INDArray activations(MultiLayerNetwork network, int layer, INDArray input) {
    network.getLayer(layer).setInput(input.dup(), LayerWorkspaceMgr.noWorkspaces());
    return network.getLayer(layer).activate(true, LayerWorkspaceMgr.noWorkspaces());
  }

  private static INDArray inputErrors(MultiLayerNetwork network, int layer, INDArray errors) {
    return network
        .getLayer(layer)
        .backpropGradient(errors.dup(), LayerWorkspaceMgr.noWorkspaces())
        .getSecond();
  }

  @Test
  void everyLayerOfABlockIsComputedFast() {
    MultiLayerNetwork network = network(shape(2, 6), 2, true, true);
    assertThat(FastLayers.install(network)).isEqualTo(9);
  }

  @Test
  void aTrainedNetworkHasTheSameGlobalStatisticsAndOpensInPlainDeeplearning4j() throws IOException {
    Shape shape = shape(2, 12);
    Random random = new Random(5);
    MultiLayerNetwork plain = network(shape, 2, true, true);
    MultiLayerNetwork fast = twin(plain, 2);
    for (int step = 0; step < 4; step++) {
      DataSet data = new DataSet(input(shape, random), labels(shape, random));
      plain.fit(data.copy());
      fast.fit(data.copy());
    }
    assertThat(difference(fast.params(), plain.params())).isLessThan(5 * TOLERANCE);
    INDArray input = input(shape, random);
    assertThat(
            difference(NetworkFile.read(NetworkFile.write(fast)).output(input), fast.output(input)))
        .isLessThan(TOLERANCE);
  }

  @Test
  void theNumberOfCoresChangesNotOneBit() {
    Shape shape = shape(2, 37);
    Random random = new Random(6);
    DataSet data = new DataSet(input(shape, random), labels(shape, random));
    MultiLayerNetwork first = network(shape, 2, true, true);
    INDArray params = null;
    for (int cores = 1; cores <= 4; cores++) {
      MultiLayerNetwork network = twin(first, cores);
      for (int step = 0; step < 3; step++) {
        network.fit(data.copy());
      }
      assertThat(params == null || params.equalsWithEps(network.params(), 0))
          .as(cores + " cores")
          .isTrue();
      params = network.params();
    }
  }

  private static Shape shape(int blocks, int batch) {
    return new Shape(CNN2DFormat.NHWC, blocks, batch, 40, 3, 9, 5);
  }

  /** Without rectifiers and maxima if {@code pool} is 1. */
  private static MultiLayerNetwork network(
      Shape shape, int pool, boolean logarithmic, boolean bias) {
    boolean channelsLast = shape.format() == CNN2DFormat.NHWC;
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(7).updater(new Sgd(0.1)).list();
    for (int i = 0; i < shape.blocks(); i++) {
      list.layer(
              new ConvolutionLayer.Builder(shape.taps(), 1)
                  .nOut(shape.filters())
                  .hasBias(bias)
                  .convolutionMode(ConvolutionMode.Same)
                  .dataFormat(shape.format())
                  .activation(Activation.IDENTITY)
                  .build())
          .layer(
              new BatchNormalization.Builder()
                  .useLogStd(logarithmic)
                  .dataFormat(shape.format())
                  .build())
          .layer(new ActivationLayer(pool > 1 ? Activation.RELU : Activation.TANH));
      if (pool > 1) {
        list.layer(
            new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                .kernelSize(pool, 1)
                .stride(pool, 1)
                .dataFormat(shape.format())
                .build());
      }
    }
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            list.layer(
                    new GlobalPoolingLayer.Builder(PoolingType.AVG)
                        .poolingDimensions(channelsLast ? new int[] {1, 2} : new int[] {2, 3})
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(
                    InputType.convolutional(shape.steps(), 1, shape.channels(), shape.format()))
                .build());
    network.init();
    return network;
  }

  private static INDArray input(Shape shape, Random random) {
    float[] values = new float[shape.batch() * shape.channels() * shape.steps()];
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * (float) random.nextGaussian();
    }
    INDArray channelsLast =
        Nd4j.create(values, new long[] {shape.batch(), shape.steps(), 1, shape.channels()}, 'c');
    return shape.format() == CNN2DFormat.NHWC
        ? channelsLast
        : channelsLast.permute(0, 3, 1, 2).dup('c');
  }

  private static INDArray labels(Shape shape, Random random) {
    INDArray labels = Nd4j.zeros(shape.batch(), CLASSES);
    for (int i = 0; i < shape.batch(); i++) {
      labels.putScalar(i, random.nextInt(CLASSES), 1);
    }
    return labels;
  }
}
