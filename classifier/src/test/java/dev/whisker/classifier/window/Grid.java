package dev.whisker.classifier.window;

import java.util.ArrayList;
import java.util.List;

/** Records what a resampler puts on the grid. */
final class Grid implements GridConsumer {
  /** One grid point; its value is that of the first channel. */
  record Point(long number, float value, boolean filled, String label) {}

  final List<Long> begins = new ArrayList<>();
  final List<Point> points = new ArrayList<>();

  @Override
  public void begin(long timeMicros) {
    begins.add(timeMicros);
  }

  @Override
  public void point(long point, float[] values, int offset, boolean filled, String label) {
    points.add(new Point(point, values[offset], filled, label));
  }

  List<Float> values() {
    return points.stream().map(Point::value).toList();
  }

  List<Boolean> filled() {
    return points.stream().map(Point::filled).toList();
  }

  List<Long> numbers() {
    return points.stream().map(Point::number).toList();
  }
}
