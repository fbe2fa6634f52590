package dev.whisker.trainer.layers;

/**
 * The networks that are measured; each ends with a softmax.
 *
 * <ul>
 *   <li>A: one LSTM layer of 64 units on 128 steps of 9 channels, their mean, 6 classes.
 *   <li>B: the demo's: one layer of 64 units on windows of 3125 × 3 as 25 steps of 375, 3 classes.
 *   <li>C: two layers of 128 units on 128 steps of 9 channels, 6 classes.
 *   <li>RNN: A with a plain recurrent layer.
 *   <li>CNN: two blocks of a convolution (64 channels, kernel 5), batch normalization, ReLU and
 *       pooling by 2 on 128 steps of 9 channels, their mean.
 *   <li>CNN_LSTM: the same blocks before one LSTM layer of 64 units.
 *   <li>DENSE: layers of 128 and 64 units on whole windows of 3125 × 3.
 * </ul>
 */
public enum Model {
  /** See {@link Model}. */
  A(Kind.LSTM, 1, 64, 128, 9, 6),
  /** See {@link Model}. */
  B(Kind.LSTM, 1, 64, 25, 375, 3),
  /** See {@link Model}. */
  C(Kind.LSTM, 2, 128, 128, 9, 6),
  /** See {@link Model}. */
  RNN(Kind.RNN, 1, 64, 128, 9, 6),
  /** See {@link Model}. */
  CNN(Kind.CNN, 0, 64, 128, 9, 6),
  /** See {@link Model}. */
  CNN_LSTM(Kind.CNN, 1, 64, 128, 9, 6),
  /** See {@link Model}. */
  DENSE(Kind.DENSE, 0, 0, 1, 9_375, 3);

  /** What the layers are. */
  enum Kind {
    LSTM,
    RNN,
    CNN,
    DENSE
  }

  final Kind kind;
  final int layers;
  final int units;
  final int steps;
  final int inputs;
  final int classes;

  Model(Kind kind, int layers, int units, int steps, int inputs, int classes) {
    this.kind = kind;
    this.layers = layers;
    this.units = units;
    this.steps = steps;
    this.inputs = inputs;
    this.classes = classes;
  }
}
