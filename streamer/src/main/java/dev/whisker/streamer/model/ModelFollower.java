package dev.whisker.streamer.model;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.streamer.metrics.StreamerMetrics;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the models topic: at first to the latest good bundle, then to every one that is
 * published. A bundle that is refused is counted and told once; what was served stays. One thread
 * follows; {@link #close} may be called from any.
 *
 * <pre>
 *   offsets   v1 v2 bad | v3
 *             catch up  | follow        the end when it began
 *                 ^ served: the latest that is good; bad is looked at first
 * </pre>
 */
public final class ModelFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ModelFollower.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
  private final TopicPartition partition;
  private final Wanted wanted;
  private final List<PublicKey> trusted;
  private final String engine;
  private final ServedModels models;
  private final StreamerMetrics metrics;
  private final Runnable serving;
  private final Consumer<Throwable> failed;
  private final Thread thread = new Thread(this::run, "whisker-models");
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Every bundle before this offset has been judged; a rest that is read again is not. */
  private long judged;

  /** The checksums of what is served; null: nothing. */
  private String mainSha256;

  private String shadowSha256;

  /**
   * Which records matter.
   *
   * @param main whether the served model is followed
   * @param name its name; null: any
   * @param shadow the name of the shadow that is followed; null: none is
   */
  public record Wanted(boolean main, String name, String shadow) {
    private boolean isMain(String key) {
      return main && !isShadow(key) && (name == null || name.equals(key));
    }

    private boolean isShadow(String key) {
      return shadow != null && shadow.equals(key);
    }
  }

  /**
   * Follows nothing yet.
   *
   * @param consumer without a group; closed by the thread that follows
   * @param topic the models topic
   * @param trusted keys of which one must have signed a bundle; empty: it need not be signed
   * @param engine what runs the networks
   * @param models receives what is good
   * @param serving is run once, by the following thread, when there is a model to serve
   * @param failed is told once, by the following thread, if it has ended by itself: because the
   *     topic cannot be read and there is no model, or by an error of the machine
   */
  public ModelFollower(
      org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
      String topic,
      Wanted wanted,
      List<PublicKey> trusted,
      String engine,
      ServedModels models,
      StreamerMetrics metrics,
      Runnable serving,
      Consumer<Throwable> failed) {
    this.consumer = consumer;
    this.partition = new TopicPartition(topic, 0);
    this.wanted = wanted;
    this.trusted = List.copyOf(trusted);
    this.engine = engine;
    this.models = models;
    this.metrics = metrics;
    this.serving = serving;
    this.failed = failed;
    thread.setDaemon(true);
  }

  /** Begins to follow, in a thread of its own. */
  public void start() {
    thread.start();
  }

  private void run() {
    try (consumer) {
      boolean caughtUp = false;
      boolean told = false;
      boolean served = false;
      while (closed.getCount() > 0) {
        try {
          if (!caughtUp) {
            catchUp();
            caughtUp = true;
            told = false;
          } else {
            poll();
          }
        } catch (WakeupException e) {
          LOG.debug("Asked to end");
        } catch (RuntimeException e) {
          if (!models.isServing() && !(e instanceof RetriableException)) {
            throw e;
          }
          if (!told) {
            LOG.warn(
                "The models on {} cannot be read and are tried again every {} s: {}",
                partition.topic(),
                PAUSE.toSeconds(),
                e.toString());
          }
          told = true;
          caughtUp = false;
          var unused = closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        }
        if (!served && models.isServing()) {
          served = true;
          serving.run();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      failed.accept(e);
    }
  }

  /** Takes the latest good bundle of those that are there, and goes to the end of them. */
  void catchUp() {
    List<TopicPartition> all = List.of(partition);
    consumer.assign(all);
    long end = consumer.endOffsets(all).get(partition);
    if (end < judged) {
      judged = 0; // another topic of the same name
    }
    List<Long> mains = new ArrayList<>();
    List<Long> shadows = new ArrayList<>();
    List<String> mainNames = new ArrayList<>();
    consumer.seekToBeginning(all);
    while (consumer.position(partition) < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        String name = BundleRecord.name(record);
        if (record.value() == null) {
          withdraw(name, mains, mainNames, shadows);
        } else if (wanted.isShadow(name)) {
          shadows.add(record.offset());
        } else if (wanted.isMain(name)) {
          mains.add(record.offset());
          mainNames.add(name);
        }
      }
    }
    takeLatest(mains);
    takeLatest(shadows);
    judged = end;
    consumer.seek(partition, end);
  }

  /** A record without a value says that the model's earlier ones are no more to be served. */
  private void withdraw(String name, List<Long> mains, List<String> mainNames, List<Long> shadows) {
    for (int i = mains.size() - 1; i >= 0; i--) {
      if (mainNames.get(i).equals(name)) {
        mains.remove(i);
        mainNames.remove(i);
      }
    }
    if (wanted.isShadow(name)) {
      shadows.clear();
    }
  }

  private void takeLatest(List<Long> offsets) {
    for (int i = offsets.size() - 1; i >= 0; i--) {
      long offset = offsets.get(i);
      if (offset < judged) {
        return;
      }
      ConsumerRecord<byte[], byte[]> record = at(offset);
      if (record != null && offer(record)) {
        return;
      }
    }
  }

  /** The record at an offset; null: it has been compacted away. */
  private ConsumerRecord<byte[], byte[]> at(long offset) {
    consumer.seek(partition, offset);
    while (consumer.position(partition) <= offset) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        return record.offset() == offset ? record : null;
      }
    }
    return null;
  }

  /** Takes what has been published since. */
  void poll() {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      String name = BundleRecord.name(record);
      if (wanted.isMain(name) || wanted.isShadow(name)) {
        if (record.value() == null) {
          LOG.info(
              "Model {} is withdrawn by {}: whoever serves it goes on, whoever starts waits for"
                  + " another one",
              name,
              BundleRecord.place(record));
        } else {
          offer(record);
        }
      }
      judged = record.offset() + 1;
    }
  }

  /** Serves a bundle if it is good; false: it is refused. */
  private boolean offer(ConsumerRecord<byte[], byte[]> record) {
    boolean isShadow = wanted.isShadow(BundleRecord.name(record));
    String place = BundleRecord.place(record);
    ServingModel opened = null;
    try {
      Bundle bundle = BundleRecord.read(record, trusted);
      String sha256 = Bundle.sha256(record.value());
      if (sha256.equals(isShadow ? shadowSha256 : mainSha256)) {
        LOG.info("The bundle {} is what is served already", place);
        return true;
      }
      opened = ServingModel.open(bundle, engine);
      LOG.info("The bundle {} is sound", place);
      if (isShadow) {
        models.shadow(opened);
        shadowSha256 = sha256;
      } else {
        models.serve(opened);
        mainSha256 = sha256;
      }
      return true;
    } catch (RuntimeException | OutOfMemoryError e) {
      // Whatever is wrong with a bundle, if only that it does not fit, must not end the stream.
      if (opened != null) {
        opened.release();
      }
      metrics.modelRefused(isShadow);
      LOG.warn(
          "The bundle {} is refused, and what was served stays: {}",
          place,
          e.getMessage() == null ? e.toString() : e.getMessage());
      return false;
    }
  }

  /** Stops to follow; what is served stays. */
  @Override
  public void close() {
    closed.countDown();
    consumer.wakeup();
    if (!thread.isAlive()) {
      return;
    }
    try {
      thread.join(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
