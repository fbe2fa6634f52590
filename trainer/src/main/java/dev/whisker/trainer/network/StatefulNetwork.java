package dev.whisker.trainer.network;

import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;

/**
 * The LSTM network whose state goes on from one window of a device to the next:
 *
 * <pre>
 *   window 1           window 2           window 3
 *   [LSTM → → →] state [LSTM → → →] state [LSTM → → →]
 *      mean               mean               mean       over the window's own steps
 *      softmax            softmax            softmax
 * </pre>
 */
final class StatefulNetwork implements Network {
  private final Network stateless = RecurrentNetwork.lstm();

  @Override
  public String name() {
    return "stateful-lstm";
  }

  @Override
  public boolean isStateful() {
    return true;
  }

  @Override
  public int defaultFrame(int length) {
    return stateless.defaultFrame(length);
  }

  @Override
  public MultiLayerConfiguration configuration(
      NetworkShape shape, NetworkSettings settings, List<Double> classWeights) {
    MultiLayerConfiguration configuration = stateless.configuration(shape, settings, classWeights);
    NetworkState.carry(configuration);
    return configuration;
  }
}
