package dev.whisker.streamer.config;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * Bounds RocksDB's memory for the whole process, whatever the number of stores, partitions and
 * threads: all of them share one cache. What was read, indexes, filters and what is not written yet
 * are all charged to it.
 *
 * <pre>
 *   [ blocks, indexes, filters ............. | write buffers, at most half ]
 *   [------------------------ state memory --------------------------------]
 * </pre>
 *
 * <p>Without it every store would have 50 MB for reading and 48 MB for writing: 1.5 GB for four
 * partitions. The cache lives as long as the process. Thread-safe.
 */
public final class RocksDbMemory implements RocksDBConfigSetter {
  /** The usual limit, in megabytes. */
  public static final int DEFAULT_MB = 256;

  /** Less is all write buffers. */
  static final int LEAST_MB = 16;

  /** The key under which Kafka Streams hands the limit on, in megabytes. */
  static final String MB = "whisker.state.memory.mb";

  private static final double WRITE_SHARE = 0.5;

  /** Kept back for indexes and filters, which a scan must not push out. */
  private static final double INDEX_SHARE = 0.2;

  private static final int SHARDS_CHOSEN_BY_SIZE = -1;
  private static final long WRITE_BUFFER_BYTES = 8L << 20;
  private static final int WRITE_BUFFERS = 2;

  /** Even a store that is hardly written takes one. */
  private static final long WRITE_PIECE_BYTES = 256L << 10;

  /** One a limit; a process has one limit, unless it is a test's. */
  private static final Map<Integer, Shared> SHARED = new ConcurrentHashMap<>();

  /** For Kafka Streams, which makes one a store. */
  public RocksDbMemory() {}

  @Override
  public void setConfig(String store, Options options, Map<String, Object> configs) {
    Shared shared = SHARED.computeIfAbsent((Integer) configs.get(MB), Shared::of);
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(shared.cache);
    table.setCacheIndexAndFilterBlocks(true);
    table.setCacheIndexAndFilterBlocksWithHighPriority(true);
    table.setPinTopLevelIndexAndFilter(true);
    options.setTableFormatConfig(table);
    options.setWriteBufferManager(shared.writeBuffers);
    options.setWriteBufferSize(WRITE_BUFFER_BYTES);
    options.setMaxWriteBufferNumber(WRITE_BUFFERS);
    options.setArenaBlockSize(WRITE_PIECE_BYTES);
  }

  /** Closes nothing: what this has made is shared. */
  @Override
  public void close(String store, Options options) {}

  /** The bytes that the cache of a limit holds now; 0 if no store has used it. */
  static long usedBytes(int megabytes) {
    Shared shared = SHARED.get(megabytes);
    return shared == null ? 0 : shared.cache.getUsage();
  }

  private record Shared(Cache cache, WriteBufferManager writeBuffers) {
    static Shared of(int megabytes) {
      RocksDB.loadLibrary();
      long bytes = (long) megabytes << 20;
      // Not strict: a cache that is full of pinned blocks must make reads slower, not fail them.
      Cache cache = new LRUCache(bytes, SHARDS_CHOSEN_BY_SIZE, false, INDEX_SHARE);
      return new Shared(cache, new WriteBufferManager((long) (bytes * WRITE_SHARE), cache));
    }
  }
}
