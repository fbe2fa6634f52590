package dev.whisker.streamer.model;

import dev.whisker.classifier.bundle.BundleException;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.streamer.metrics.StreamerMetrics;
import dev.whisker.streamer.state.DeviceState;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The model that is served and its shadow, both of which may be swapped at any time:
 *
 * <pre>
 *   swap            v2
 *   thread 1  [r1:v1 ][r3:v2]         a record goes all its way with the model
 *   thread 2     [r2:v1 ][r4:v2]      that was there when it began
 *                        ^ v1 is closed: nobody uses it any more
 * </pre>
 *
 * <p>Thread-safe. Closing it releases both models; a thread that uses them goes on to the end.
 */
public final class ServedModels implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServedModels.class);

  private final StreamerMetrics metrics;
  private final ThreadLocal<Use> uses = ThreadLocal.withInitial(() -> new Use(this));

  /** What is held here; guarded by this. */
  private ServingModel main;

  private ServingModel shadow;

  /** What the next record goes with; null: no model yet, or no longer. */
  private volatile Pair current;

  /** No model yet. */
  public ServedModels(StreamerMetrics metrics) {
    this.metrics = metrics;
  }

  /**
   * Serves a model from each thread's next record on. A shadow that does not fit it is set aside
   * until one is served that it fits.
   *
   * @param next the model; whoever opened it no longer holds it
   */
  public synchronized void serve(ServingModel next) {
    ServingModel before = main;
    main = next;
    metrics.loaded(next.manifest());
    LOG.info(
        "Model {}: {} classes {}, windows of {} samples every {} at {} µs",
        next,
        next.manifest().labels().size(),
        next.manifest().labels(),
        next.manifest().window().length(),
        next.manifest().window().hop(),
        next.manifest().window().periodMicros());
    if (before == null) {
      LOG.debug("It is the first one");
    } else if (layout(before) == layout(next)) {
      LOG.info("Model {} takes over from {}", next, before);
    } else {
      LOG.warn(
          "Model {} takes over from {} and has other channels or windows: every device's window"
              + " starts over with its next reading",
          next,
          before);
    }
    if (shadow != null) {
      misfit(next.manifest(), shadow.manifest())
          .ifPresent(
              problem -> {
                metrics.modelRefused(true);
                LOG.warn("The shadow is set aside: {}", problem);
              });
    }
    replace();
    if (before != null) {
      before.release();
    }
  }

  /**
   * Runs a model beside the served one from each thread's next record on.
   *
   * @param next the model; whoever opened it no longer holds it, unless this throws
   * @throws BundleException if it does not fit the served model; the shadow before it stays
   */
  public synchronized void shadow(ServingModel next) {
    if (main != null) {
      misfit(main.manifest(), next.manifest())
          .ifPresent(
              problem -> {
                throw new BundleException(problem);
              });
    }
    ServingModel before = shadow;
    shadow = next;
    metrics.shadowLoaded();
    LOG.info("Model {} runs as the shadow{}", next, before == null ? "" : " in place of " + before);
    replace();
    if (before != null) {
      before.release();
    }
  }

  private void replace() {
    Pair before = current;
    if (main != null) {
      boolean fits = shadow != null && layout(main) == layout(shadow);
      current = new Pair(main, fits ? shadow : null);
    }
    if (before != null) {
      before.release();
    }
  }

  private static int layout(ServingModel model) {
    return DeviceState.layout(model.manifest());
  }

  /** Why a model cannot be the shadow of another one, for people; empty: it can. */
  public static Optional<String> misfit(Manifest main, Manifest shadow) {
    if (DeviceState.layout(main) == DeviceState.layout(shadow)) {
      return Optional.empty();
    }
    return Optional.of(
        "Model "
            + shadow.name()
            + " "
            + shadow.version()
            + " has the channels "
            + shadow.channelNames()
            + " and "
            + shadow.window()
            + "; the shadow of "
            + main.name()
            + " "
            + main.version()
            + " must have its channels "
            + main.channelNames()
            + " and "
            + main.window()
            + ". Train it with the same --window, --hop and period");
  }

  /** Whether there is a model to serve. */
  public boolean isServing() {
    return current != null;
  }

  /** The model that records go with from now on; empty: none yet. */
  public Optional<Manifest> served() {
    Pair now = current;
    return now == null ? Optional.empty() : Optional.of(now.main.manifest());
  }

  /**
   * The models for one record. Within one use, the same thread's further uses get the same models.
   *
   * @throws IllegalStateException if there is no model
   */
  public Use use() {
    Use use = uses.get();
    if (use.depth == 0) {
      use.pair = retained();
    }
    use.depth++;
    return use;
  }

  private Pair retained() {
    while (true) {
      Pair now = current;
      if (now == null) {
        throw new IllegalStateException("There is no model to serve");
      }
      // It fails only if the models were swapped and released in between.
      if (now.retain()) {
        return now;
      }
    }
  }

  @Override
  public synchronized void close() {
    Pair before = current;
    current = null;
    if (before != null) {
      before.release();
    }
    if (main != null) {
      main.release();
    }
    if (shadow != null) {
      shadow.release();
    }
    main = null;
    shadow = null;
  }

  /** The models that one record goes with; of one thread. To be closed when the record is done. */
  public static final class Use implements AutoCloseable {
    private final ServedModels models;
    private Pair pair;
    private int depth;

    private Use(ServedModels models) {
      this.models = models;
    }

    /** The model that is served. */
    public ServingModel main() {
      return pair.main;
    }

    /** The model that runs beside it; null: none. */
    public ServingModel shadow() {
      return pair.shadow;
    }

    @Override
    public void close() {
      depth--;
      if (depth > 0) {
        return;
      }
      Pair done = pair;
      pair = null;
      done.release();
      if (models.current == null) {
        models.uses.remove();
      }
    }
  }

  /** Two models that are used together, until the last user has let go. */
  private static final class Pair {
    private final ServingModel main;
    private final ServingModel shadow;
    private final AtomicInteger users = new AtomicInteger(1);

    Pair(ServingModel main, ServingModel shadow) {
      this.main = main;
      this.shadow = shadow;
      main.retain();
      if (shadow != null) {
        shadow.retain();
      }
    }

    /** False: it has been released by all, and is not to be used. */
    boolean retain() {
      return users.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
    }

    void release() {
      if (users.decrementAndGet() == 0) {
        main.release();
        if (shadow != null) {
          shadow.release();
        }
      }
    }
  }
}
