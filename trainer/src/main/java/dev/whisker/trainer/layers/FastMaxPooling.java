package dev.whisker.trainer.layers;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.subsampling.SubsamplingLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * deeplearning4j's maximum over every few steps of images that are one pixel wide; steps that do
 * not fill the last group are left out. Not thread-safe, as the layer is not.
 */
final class FastMaxPooling extends SubsamplingLayer {
  private static final long serialVersionUID = 1;
  private final transient Cores cores;
  private transient Room[] rooms = {};
  private final transient NdMemory.RowMajor inputs = new NdMemory.RowMajor();
  private final transient NdMemory.RowMajor errors = new NdMemory.RowMajor();

  FastMaxPooling(NeuralNetConfiguration conf, DataType dataType, Cores cores) {
    super(conf, dataType);
    this.cores = cores;
  }

  /** Whether a layer with this configuration can be computed here. */
  static boolean supports(org.deeplearning4j.nn.conf.layers.SubsamplingLayer conf) {
    int[] kernel = conf.getKernelSize();
    return conf.getClass() == org.deeplearning4j.nn.conf.layers.SubsamplingLayer.class
        && conf.getPoolingType() == PoolingType.MAX
        && conf.getConvolutionMode() != ConvolutionMode.Same
        && kernel[1] == 1
        && conf.getStride()[0] == kernel[0]
        && conf.getPadding()[0] == 0
        && conf.getDilation()[0] == 1;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    INDArray x = input.rank() == 4 ? channelsLast(input) : null;
    if (x == null || x.size(2) != 1) {
      return super.activate(training, workspaces);
    }
    Groups groups = groups(x);
    INDArray outputs =
        NdMemory.room(
            workspaces,
            ArrayType.ACTIVATIONS,
            groups.batch(),
            groups.count(),
            1,
            groups.channels());
    FloatBuffer in = NdMemory.pointer(inputs.of(x)).asBuffer();
    FloatBuffer out = NdMemory.pointer(outputs).asBuffer();
    run(
        groups,
        (room, n) -> {
          room.maximum(in, n);
          out.put(n * groups.values(), room.most, 0, groups.values());
        });
    return asConfigured(outputs);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    INDArray x = channelsLast(input);
    if (x.size(2) != 1) {
      return super.backpropGradient(epsilon, workspaces);
    }
    Groups groups = groups(x);
    INDArray inputErrors = NdMemory.room(workspaces, ArrayType.ACTIVATION_GRAD, x.shape());
    FloatBuffer in = NdMemory.pointer(inputs.of(x)).asBuffer();
    FloatBuffer dy = NdMemory.pointer(errors.of(channelsLast(epsilon))).asBuffer();
    FloatBuffer dx = NdMemory.pointer(inputErrors).asBuffer();
    run(
        groups,
        (room, n) -> {
          room.maximum(in, n);
          dy.get(n * groups.values(), room.errors, 0, groups.values());
          room.errorsOfInputs(dx, n);
        });
    return new Pair<>(new DefaultGradient(), asConfigured(inputErrors));
  }

  private void run(Groups groups, Work work) {
    int cuts = Math.max(1, Math.min(Cores.MOST_PARTS, groups.batch() / 4));
    if (rooms.length < cuts || !rooms[0].groups.equals(groups)) {
      rooms = new Room[cuts];
      Arrays.setAll(rooms, cut -> new Room(groups));
    }
    cores.run(
        cuts,
        cut -> {
          int end = Cores.begin(cut + 1, cuts, groups.batch());
          for (int n = Cores.begin(cut, cuts, groups.batch()); n < end; n++) {
            work.sequence(rooms[cut], n);
          }
        });
  }

  private Groups groups(INDArray x) {
    int size = layerConf().getKernelSize()[0];
    return new Groups(
        (int) x.size(0), (int) x.size(1), (int) x.size(3), size, (int) x.size(1) / size);
  }

  private INDArray channelsLast(INDArray images) {
    return NdMemory.channelsLast(images, layerConf().getCnn2dDataFormat());
  }

  private INDArray asConfigured(INDArray channelsLast) {
    return NdMemory.inFormat(channelsLast, layerConf().getCnn2dDataFormat());
  }

  /**
   * How steps are grouped.
   *
   * @param batch sequences
   * @param steps of each
   * @param channels of each step
   * @param size steps in a group
   * @param count groups
   */
  private record Groups(int batch, int steps, int channels, int size, int count) {
    /** Values of a sequence of maxima. */
    int values() {
      return count * channels;
    }
  }

  /** What is done with a sequence. */
  private interface Work {
    void sequence(Room room, int n);
  }

  /** What one core works with. */
  private static final class Room {
    final float[] most;
    final float[] errors;
    private final Groups groups;
    private final float[] sequence;
    private final float[][] places;

    Room(Groups groups) {
      this.groups = groups;
      this.most = new float[groups.values()];
      this.errors = new float[groups.values()];
      this.sequence = new float[groups.steps() * groups.channels()];
      this.places = new float[groups.size()][groups.values()];
    }

    /** Each group's largest values; {@link #places} has the first, second, … of every group. */
    void maximum(FloatBuffer in, int n) {
      in.get(n * sequence.length, sequence, 0, sequence.length);
      int channels = groups.channels();
      for (int group = 0; group < groups.count(); group++) {
        for (int place = 0; place < places.length; place++) {
          int step = group * places.length + place;
          System.arraycopy(sequence, step * channels, places[place], group * channels, channels);
        }
      }
      System.arraycopy(places[0], 0, most, 0, most.length);
      for (int place = 1; place < places.length; place++) {
        Elements.max(most, places[place], most.length);
      }
    }

    /** Gives each error to the first of the largest; takes the errors apart. */
    void errorsOfInputs(FloatBuffer out, int n) {
      int channels = groups.channels();
      Arrays.fill(sequence, 0);
      for (int place = 0; place < places.length; place++) {
        float[] given = places[place];
        Elements.giveWhereEqual(given, most, errors, most.length);
        Elements.subtract(errors, given, most.length);
        for (int group = 0; group < groups.count(); group++) {
          int step = group * places.length + place;
          System.arraycopy(given, group * channels, sequence, step * channels, channels);
        }
      }
      out.put(n * sequence.length, sequence, 0, sequence.length);
    }
  }
}
