package dev.whisker.streamer;

import dev.whisker.classifier.engine.Engine;
import dev.whisker.streamer.config.StreamerConfig;
import dev.whisker.streamer.config.StreamerConfig.Store;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.streams.StreamsConfig;
import org.rocksdb.RocksDB;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads native libraries and Kafka's classes beside the start of a streamer, in the order in which
 * it needs them.
 *
 * <pre>
 *   start       settings, model file | network, metrics | cluster, topics | stores ...
 *   beside it   engine's library, Kafka's classes, RocksDB's library
 * </pre>
 *
 * <p>Whoever needs something first loads it himself or waits for it, as without this. What fails
 * here fails there again, and is told there.
 */
public final class Preloading {
  private static final Logger LOG = LoggerFactory.getLogger(Preloading.class);

  private Preloading() {}

  /** Begins to load what a configuration needs, and does not wait for it. */
  public static void begin(StreamerConfig config) {
    List<Runnable> steps = new ArrayList<>();
    steps.add(() -> Engine.named(config.engine()).prepare());
    // They bring the classes of all requests and responses, and of all settings.
    steps.add(ApiKeys::values);
    steps.add(StreamsConfig::configDef);
    if (config.store() == Store.ROCKSDB) {
      steps.add(RocksDB::loadLibrary);
    }
    Thread thread = new Thread(() -> load(steps), "whisker-preloading");
    thread.setDaemon(true);
    thread.start();
  }

  /** Takes one step after the other, whether those before it failed or not. */
  static void load(List<Runnable> steps) {
    for (Runnable step : steps) {
      try {
        step.run();
      } catch (RuntimeException | LinkageError e) {
        LOG.debug("Not loaded beforehand", e);
      }
    }
  }
}
