package dev.whisker.trainer.training;

import dev.whisker.trainer.network.NetworkInput;
import dev.whisker.trainer.network.NetworkShape;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Batches as the network takes them, each made by a thread of its own while the network is busy
 * with the one before it. The order of the draws, and so the batches, are the same as without that
 * thread. Not thread-safe.
 */
final class BatchesAhead implements AutoCloseable {
  private final Batches batches;
  private final NetworkShape shape;

  /** Two of them, because one's memory is in use while the other's is filled. */
  private final NetworkInput[] inputs;

  private final ExecutorService ahead =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "whisker-batches");
            thread.setDaemon(true);
            return thread;
          });
  private Future<Batch> following;
  private int turn;

  BatchesAhead(Batches batches, NetworkShape shape, Supplier<NetworkInput> input) {
    this.batches = batches;
    this.shape = shape;
    this.inputs = new NetworkInput[] {input.get(), input.get()};
  }

  /**
   * Begins an epoch, in an order of its own.
   *
   * @param epoch from 1
   */
  void begin(int epoch) {
    if (following != null) {
      result();
    }
    following =
        ahead.submit(
            () -> {
              batches.begin(epoch);
              return made();
            });
  }

  /** The next batch, which holds until the one after it is asked for; null: the epoch is over. */
  Batch next() {
    Batch batch = result();
    following = ahead.submit(this::made);
    return batch;
  }

  private Batch made() {
    if (!batches.next()) {
      return null;
    }
    float[] truth = new float[batches.count() * shape.labels()];
    for (int i = 0; i < batches.count(); i++) {
      truth[i * shape.labels() + batches.label(i)] = 1;
    }
    turn = 1 - turn;
    return new Batch(
        inputs[turn].of(batches.values(), batches.count()),
        inputs[turn].mask(batches.values(), batches.count()),
        Nd4j.create(truth, new long[] {batches.count(), shape.labels()}, 'c'),
        batches.count());
  }

  private Batch result() {
    try {
      return following.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("A batch cannot be made", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while a batch was made", e);
    }
  }

  @Override
  public void close() {
    ahead.shutdownNow();
  }

  /**
   * A batch.
   *
   * @param input as the network takes it
   * @param mask {@code [count, steps]}, 0 for padding; null: there is none
   * @param truth {@code [count, labels]}, 1 for the true one
   * @param count number of windows
   */
  record Batch(INDArray input, INDArray mask, INDArray truth, int count) {}
}
