package dev.whisker.sandbox.system;

/** What goes wrong while readings are published and classified. */
enum Fault {
  /** The only instance is killed and started again, in the middle of work or of its start. */
  STREAMER_KILLS(3, 20) {
    @Override
    void strike(FaultScene scene, int number) throws InterruptedException {
      if (number % 2 == 0) {
        scene.awaitProgress();
      }
      scene.pause(2_000);
      scene.kill(0);
      scene.start(0);
    }
  },
  /** One broker after the other is killed and comes back. */
  BROKER_KILLS(1, 5) {
    @Override
    void strike(FaultScene scene, int number) throws InterruptedException {
      scene.awaitProgress();
      scene.pause(2_000);
      scene.brokers().kill();
      scene.pause(2_000);
      scene.brokers().start();
    }
  },
  /** One broker after the other is stopped cleanly and comes back. */
  BROKER_RESTARTS(0, 3) {
    @Override
    void strike(FaultScene scene, int number) throws InterruptedException {
      scene.awaitProgress();
      scene.pause(1_000);
      scene.brokers().stop();
      scene.brokers().start();
    }
  },
  /** Instances join and leave by turns: two, one, two and so on, never the same one for long. */
  REBALANCES(3, 10) {
    @Override
    void strike(FaultScene scene, int number) throws InterruptedException {
      scene.awaitProgress();
      int joins = (number / 2 + 1) % 2;
      if (number % 2 == 0) {
        scene.start(joins);
        scene.awaitReady(joins);
      } else {
        scene.stop(1 - joins);
      }
      scene.pause(1_000);
    }
  },
  /** Two instances share the work and one is killed, at a time. */
  INSTANCE_DIES(0, 4) {
    @Override
    void strike(FaultScene scene, int number) throws InterruptedException {
      twoAndOneDies(scene, number);
    }
  },
  /** The same where each holds a copy of the other's state. */
  STANDBY_TAKEOVER(1, 4, "--standby-replicas", "1") {
    @Override
    void strike(FaultScene scene, int number) throws InterruptedException {
      twoAndOneDies(scene, number);
    }
  },
  /** A broker stands still for some seconds. */
  BROKER_PAUSES(0, 3) {
    @Override
    void strike(FaultScene scene, int number) throws InterruptedException {
      scene.awaitProgress();
      scene.brokers().suspend();
      scene.pause(2_000, 8_000);
      scene.brokers().resume();
    }
  },
  /** Predictions cannot be written for some seconds, anything else can. */
  FULL_DOWNSTREAM(1, 3) {
    @Override
    void strike(FaultScene scene, int number) throws InterruptedException {
      scene.awaitProgress();
      scene.refusePredictions(true);
      scene.pause(2_000, 12_000);
      scene.refusePredictions(false);
    }
  };

  private final int some;
  private final int all;
  private final String[] flags;

  /**
   * A fault.
   *
   * @param some how often it strikes in a short run
   * @param all how often it strikes in the full matrix
   * @param flags what the streamers are started with
   */
  Fault(int some, int all, String... flags) {
    this.some = some;
    this.all = all;
    this.flags = flags;
  }

  abstract void strike(FaultScene scene, int number) throws InterruptedException;

  /** How often it strikes. */
  int count(boolean full) {
    return full ? all : some;
  }

  String[] flags() {
    return flags.clone();
  }

  private static void twoAndOneDies(FaultScene scene, int number) throws InterruptedException {
    int dies = number % 2;
    scene.start(0);
    scene.start(1);
    scene.awaitReady(0);
    scene.awaitReady(1);
    scene.awaitProgress();
    scene.pause(2_000);
    scene.kill(dies);
    scene.awaitProgress();
  }
}
