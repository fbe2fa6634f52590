package dev.whisker.trainer.layers;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;

/** Floats outside the heap, freed with this object. */
final class Matrix {
  final FloatPointer pointer;
  final FloatBuffer buffer;
  final int length;

  Matrix(int length) {
    this.length = length;
    this.pointer = new FloatPointer(Math.max(1, length));
    this.buffer = pointer.asBuffer();
  }

  /** This one if it is large enough; else a larger one, with nothing of this one's in it. */
  Matrix atLeast(int wanted) {
    if (length >= wanted) {
      return this;
    }
    pointer.deallocate();
    return new Matrix(wanted);
  }

  /** A view that stands at one of the elements. */
  FloatPointer at(long element) {
    return pointer.getPointer(element);
  }
}
