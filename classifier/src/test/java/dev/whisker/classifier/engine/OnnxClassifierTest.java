package dev.whisker.classifier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Who holds native memory for how long. */
class OnnxClassifierTest {
  private static final OnnxShape SHAPE = new OnnxShape(4, 2, 2, 0, 0);

  private static OrtSession session() throws OrtException {
    return OnnxEngine.session(TinyNetwork.bytes(SHAPE.length(), SHAPE.channels()));
  }

  private static float[] windows(long seed, int count) {
    Random random = new Random(seed);
    float[] windows = new float[count * SHAPE.values()];
    for (int i = 0; i < windows.length; i++) {
      windows[i] = (float) random.nextGaussian();
    }
    return windows;
  }

  private static float[] classified(SequenceClassifier classifier, long seed, int count) {
    float[] probabilities = new float[count * SHAPE.labels()];
    classifier.classify(windows(seed, count), count, probabilities);
    return probabilities;
  }

  private static void assertClosed(SequenceClassifier classifier) {
    assertThatThrownBy(() -> classified(classifier, 1, 3))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("network is closed")
        .hasMessageContaining("open its bundle again");
  }

  @Test
  void afterItsEndItRefusesToClassify() throws OrtException {
    OnnxClassifier classifier = new OnnxClassifier(session(), SHAPE);
    classified(classifier, 1, 3);
    classifier.close();
    assertClosed(classifier);
    classifier.close();
    assertClosed(classifier);
  }

  @Test
  void noWindowsAreRefused() throws OrtException {
    try (OnnxClassifier classifier = new OnnxClassifier(session(), SHAPE)) {
      assertThatThrownBy(() -> classifier.classify(new float[8], 0, new float[2]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("0 windows")
          .hasMessageContaining("at least 1");
    }
  }

  @Test
  void itsEndFreesTensorsAndSession() throws OrtException {
    OrtSession session = session();
    OnnxClassifier classifier = new OnnxClassifier(session, SHAPE);
    OnnxTensor tensor = tensorOfThree(classifier);
    assertThat(tensor.isClosed()).isFalse();
    classifier.close();
    assertThat(tensor.isClosed()).isTrue();
    assertIsClosed(session);
  }

  /** What a call with three windows uses. */
  private static OnnxTensor tensorOfThree(OnnxClassifier classifier) throws OrtException {
    classified(classifier, 1, 3);
    OnnxWorkspace workspace = classifier.take();
    try {
      return workspace.batch(3).inputs().get(OnnxEngine.INPUT);
    } finally {
      classifier.giveBack(workspace);
    }
  }

  private static void assertIsClosed(OrtSession session) {
    assertThatThrownBy(session::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("already closed");
  }

  @Test
  void theEndOfACallUnderWayFreesWhatItUses() throws OrtException {
    OrtSession session = session();
    OnnxClassifier classifier = new OnnxClassifier(session, SHAPE);
    OnnxTensor idle = tensorOfThree(classifier);
    OnnxWorkspace first = classifier.take();
    OnnxWorkspace second = classifier.take();
    OnnxBatch underWay = second.batch(3);
    classifier.close();
    assertClosed(classifier);
    // The first one had the tensor and is still in use.
    assertThat(idle.isClosed()).isFalse();
    classifier.giveBack(first);
    assertThat(idle.isClosed()).isTrue();
    second.write(windows(1, 3), 3, null);
    session.run(underWay.inputs(), underWay.outputs()).close();
    float[] probabilities = new float[3 * SHAPE.labels()];
    second.read(probabilities, 3, null);
    assertThat(probabilities[0] + probabilities[1]).isBetween(0.999f, 1.001f);
    classifier.giveBack(second);
    assertThat(underWay.inputs().get(OnnxEngine.INPUT).isClosed()).isTrue();
    assertIsClosed(session);
  }

  @Test
  void threadsThatComeAndGoLeaveNothingBehind() throws Exception {
    try (OnnxClassifier classifier = new OnnxClassifier(session(), SHAPE)) {
      for (int i = 0; i < 20; i++) {
        int seed = i;
        Thread thread = new Thread(() -> classified(classifier, seed, 3));
        thread.start();
        thread.join();
      }
      assertThat(classifier.idle()).isEqualTo(1);
    }
  }

  @Test
  void aCallAllocatesNothingBesideWhatOnnxRuntimeDoes() throws Exception {
    OrtSession session = session();
    try (OnnxClassifier classifier = new OnnxClassifier(session, SHAPE)) {
      float[] windows = windows(1, 3);
      float[] probabilities = new float[3 * SHAPE.labels()];
      long whole = allocated(() -> classifier.classify(windows, 3, probabilities));
      OnnxWorkspace workspace = classifier.take();
      OnnxBatch batch = workspace.batch(3);
      long bare = allocated(() -> session.run(batch.inputs(), batch.outputs()).close());
      classifier.giveBack(workspace);
      // An iterator more or less is the compiler's.
      assertThat(whole).isLessThan(bare + 64);
    }
  }

  /** What is measured. */
  private interface Call {
    void run() throws Exception;
  }

  /** Bytes a call, on this thread. */
  private static long allocated(Call call) throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    call.run();
    int calls = 500;
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < calls; i++) {
      call.run();
    }
    return (threads.getCurrentThreadAllocatedBytes() - before) / calls;
  }

  @Test
  void callsAtOnceGiveBitForBitWhatTheyGiveAlone() throws Exception {
    int threads = 4;
    int[] counts = {1, 7, 32, 8, 33, 2, 128, 20};
    int rounds = 200;
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try (OnnxClassifier classifier = new OnnxClassifier(session(), SHAPE)) {
      CountDownLatch ready = new CountDownLatch(threads);
      List<Future<List<float[]>>> results = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int seed = t;
        results.add(
            executor.submit(
                () -> {
                  ready.countDown();
                  ready.await();
                  List<float[]> all = new ArrayList<>();
                  for (int i = 0; i < rounds; i++) {
                    int count = counts[(i + seed) % counts.length];
                    all.add(classified(classifier, seed * rounds + i, count));
                  }
                  return all;
                }));
      }
      for (int t = 0; t < threads; t++) {
        List<float[]> together = results.get(t).get();
        for (int i = 0; i < rounds; i++) {
          int count = counts[(i + t) % counts.length];
          assertThat(together.get(i)).isEqualTo(classified(classifier, t * rounds + i, count));
        }
      }
      assertThat(classifier.idle()).isBetween(1, threads);
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void closingWhileThreadsClassifyEndsTheirNextCalls() throws Exception {
    int threads = 4;
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    OrtSession session = session();
    OnnxClassifier classifier = new OnnxClassifier(session, SHAPE);
    float[] expected = classified(classifier, 1, 20);
    try {
      CountDownLatch classifying = new CountDownLatch(threads);
      List<Future<Boolean>> allAlike = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        allAlike.add(
            executor.submit(
                () -> {
                  boolean alike = true;
                  try {
                    while (true) {
                      alike &= Arrays.equals(classified(classifier, 1, 20), expected);
                      classifying.countDown();
                    }
                  } catch (IllegalStateException e) {
                    return alike && e.getMessage().contains("network is closed");
                  }
                }));
      }
      classifying.await();
      classifier.close();
      for (Future<Boolean> alike : allAlike) {
        assertThat(alike.get()).isTrue();
      }
      assertIsClosed(session);
    } finally {
      executor.shutdownNow();
    }
  }
}
