package dev.whisker.sandbox.system;

import dev.whisker.sandbox.broker.EmbeddedBroker;
import dev.whisker.trainer.network.Network;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of network on its whole way, with the broker embedded. */
class ServedNetworksSystemTest {
  @TempDir private static Path shared;
  private static Path data;
  private static EmbeddedBroker broker;

  @BeforeAll
  static void start() {
    data = shared.resolve("machines.csv.gz");
    GeneratedModel.generate(data);
    broker = EmbeddedBroker.start(shared.resolve("broker"), 0);
  }

  @AfterAll
  static void stop() {
    if (broker != null) {
      broker.close();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.whisker.trainer.network.Network#names")
  void everyKindOfNetworkIsServedWithTheProbabilitiesOfTheOfflineEvaluation(
      String network, @TempDir Path folder) throws InterruptedException {
    Path own =
        GeneratedModel.train(
            network, Network.named(network).isStateful() ? 625 : 250, data, folder);
    WholeWay way = new WholeWay(broker.bootstrap(), network, data, own, folder);
    way.streamAtOnce();
    way.assertEqualsOffline();
  }
}
