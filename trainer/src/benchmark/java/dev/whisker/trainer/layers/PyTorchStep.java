package dev.whisker.trainer.layers;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv1d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.nn.recurrent.RNN;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

/** The same step by PyTorch, inside this JVM. */
final class PyTorchStep implements TrainingStep {
  private final NDManager manager;
  private final ai.djl.Model model;
  private final Trainer trainer;
  private final NDArray input;
  private final NDArray labels;
  private final Loss loss = Loss.softmaxCrossEntropyLoss();

  PyTorchStep(Model shape, int batch, int cores) {
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(cores));
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    System.setProperty("ai.djl.offline", "true");
    manager = NDManager.newBaseManager();
    Engine.getInstance();
    model = ai.djl.Model.newInstance("benchmark");
    model.setBlock(block(shape));
    trainer =
        model.newTrainer(
            new DefaultTrainingConfig(loss)
                .optInitializer(new NormalInitializer(0.1f), parameter -> true)
                .optOptimizer(
                    Optimizer.adam().optLearningRateTracker(Tracker.fixed(1e-3f)).build()));
    trainer.initialize(new Shape(batch, shape.steps, shape.inputs));
    input = manager.randomNormal(new Shape(batch, shape.steps, shape.inputs));
    float[] classes = new float[batch];
    for (int i = 0; i < batch; i++) {
      classes[i] = i % shape.classes;
    }
    labels = manager.create(classes).toType(DataType.INT64, false);
  }

  private static Block block(Model shape) {
    SequentialBlock block = new SequentialBlock();
    if (shape.kind == Model.Kind.CNN) {
      block.add(transposed());
      for (int i = 0; i < 2; i++) {
        block
            .add(
                Conv1d.builder()
                    .setKernelShape(new Shape(5))
                    .setFilters(shape.units)
                    .optPadding(new Shape(2))
                    .build())
            .add(BatchNorm.builder().build())
            .add(Activation.reluBlock())
            .add(Pool.maxPool1dBlock(new Shape(2), new Shape(2)));
      }
      block.add(transposed());
    }
    if (shape.kind == Model.Kind.DENSE) {
      block
          .add(Linear.builder().setUnits(128).build())
          .add(Activation.reluBlock())
          .add(Linear.builder().setUnits(64).build())
          .add(Activation.reluBlock());
    }
    if (shape.kind == Model.Kind.RNN) {
      block.add(
          RNN.builder()
              .setActivation(RNN.Activation.TANH)
              .setStateSize(shape.units)
              .setNumLayers(shape.layers)
              .optBatchFirst(true)
              .build());
    } else if (shape.layers > 0) {
      block.add(
          LSTM.builder()
              .setStateSize(shape.units)
              .setNumLayers(shape.layers)
              .optBatchFirst(true)
              .build());
    }
    return block
        .add(new LambdaBlock(list -> new NDList(list.get(0).mean(new int[] {1})), "mean"))
        .add(Linear.builder().setUnits(shape.classes).build());
  }

  /** Between {@code [n, steps, channels]} and {@code [n, channels, steps]}. */
  private static Block transposed() {
    return new LambdaBlock(list -> new NDList(list.get(0).transpose(0, 2, 1)), "transposed");
  }

  @Override
  public double run() {
    try (NDManager step = manager.newSubManager()) {
      NDArray copy = input.duplicate();
      copy.attach(step);
      NDArray value;
      try (GradientCollector collector = trainer.newGradientCollector()) {
        NDList output = trainer.forward(new NDList(copy));
        output.attach(step);
        value = loss.evaluate(new NDList(labels), output);
        value.attach(step);
        collector.backward(value);
      }
      trainer.step();
      return value.getFloat();
    }
  }

  @Override
  public void close() {
    trainer.close();
    model.close();
    manager.close();
  }
}
