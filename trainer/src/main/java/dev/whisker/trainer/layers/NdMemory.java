package dev.whisker.trainer.layers;

import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** ND4J's arrays as the memory that they lie in. */
final class NdMemory {
  private NdMemory() {}

  /** The memory of an array of floats without gaps. */
  static FloatPointer pointer(INDArray array) {
    return new FloatPointer(array.data().addressPointer()).capacity(array.length());
  }

  /** Room for floats in row-major order, with anything in it. */
  static INDArray room(LayerWorkspaceMgr workspaces, ArrayType type, long... dimensions) {
    return workspaces.createUninitialized(type, DataType.FLOAT, dimensions, 'c');
  }

  /** A matrix row by row, copied. */
  static float[] rows(INDArray matrix) {
    return matrix.castTo(DataType.FLOAT).dup('c').data().asFloat();
  }

  /** Floats as an array of these dimensions, in row-major order. */
  static INDArray array(float[] values, long... dimensions) {
    return Nd4j.create(values, dimensions, 'c');
  }

  /** Weights and their gradients are views on one long array, column-major each. */
  static FloatPointer columnMajor(INDArray matrix) {
    if (matrix.stride(0) != 1 || matrix.stride(1) != matrix.size(0)) {
      throw new IllegalStateException(
          "Weights of the strides "
              + Arrays.toString(matrix.stride())
              + "; expected column-major ones");
    }
    return pointer(matrix);
  }

  /** Images as {@code [batch, steps, 1, channels]}. */
  static INDArray channelsLast(INDArray images, CNN2DFormat format) {
    return format == CNN2DFormat.NHWC ? images : images.permute(0, 2, 3, 1);
  }

  /** The other way round. */
  static INDArray inFormat(INDArray channelsLast, CNN2DFormat format) {
    return format == CNN2DFormat.NHWC ? channelsLast : channelsLast.permute(0, 3, 1, 2);
  }

  /** Whether two arrays are the same view of the same memory. */
  static boolean isSameMemory(INDArray one, INDArray other) {
    return one == other
        || (one != null
            && other != null
            && one.data().addressPointer().address() == other.data().addressPointer().address()
            && Arrays.equals(one.shape(), other.shape())
            && Arrays.equals(one.stride(), other.stride()));
  }

  /** Whether an array lies in memory in row-major order, without gaps. */
  static boolean isRowMajor(INDArray array) {
    long expected = 1;
    for (int i = array.rank() - 1; i >= 0; i--) {
      if (array.size(i) != 1 && array.stride(i) != expected) {
        return false;
      }
      expected *= array.size(i);
    }
    return true;
  }

  /**
   * Memory for a copy of arrays that do not lie in row-major order; what it gives holds until the
   * next call.
   */
  static final class RowMajor {
    private INDArray copy;

    INDArray of(INDArray array) {
      if (isRowMajor(array)) {
        return array;
      }
      if (copy == null || !Arrays.equals(copy.shape(), array.shape())) {
        // A workspace would take its memory back before the backward pass.
        copy = Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', array.shape());
      }
      return copy.assign(array);
    }
  }
}
