package dev.whisker.streamer.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.classifier.window.GridBuffer;
import dev.whisker.classifier.window.GridConsumer;
import dev.whisker.classifier.window.Resampler;
import dev.whisker.classifier.window.ResamplerState;
import dev.whisker.classifier.window.WindowSpec;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

class RecentPointsTest {
  private static final WindowSpec SPEC = WindowSpec.of(1_000, 4, 2);

  /** A device takes about 1.1 kB, room for 64 points of one channel. */
  private final RecentPoints.Room room = new RecentPoints.Room(2_000);

  private final RecentPoints recent = new RecentPoints(room);

  @Test
  void pointsAreFoundWhereTheStateGoesOnFromThem() {
    GridBuffer points = points(10);
    assertThat(recent.keep("d", points, new ArrayDeque<>())).isTrue();
    assertThat(recent.find("d", state(10)).points()).isSameAs(points);
    assertThat(recent.find("e", state(10))).isNull();
  }

  @Test
  void pointsOfAnotherStateAreForgotten() {
    assertThat(recent.keep("d", points(10), new ArrayDeque<>())).isTrue();
    assertThat(recent.find("d", state(8))).isNull();
    assertThat(recent.find("d", state(10))).isNull();
  }

  @Test
  void allTasksShareTheRoom() {
    RecentPoints others = new RecentPoints(room);
    assertThat(others.keep("e", points(1), new ArrayDeque<>())).isTrue();
    assertThat(recent.keep("d", points(1), new ArrayDeque<>())).isFalse();
    assertThat(recent.find("d", state(1))).isNull();
    others.clear();
    assertThat(recent.keep("d", points(1), new ArrayDeque<>())).isTrue();
    recent.forget("d");
    assertThat(others.keep("e", points(1), new ArrayDeque<>())).isTrue();
  }

  @Test
  void aDeviceThatOutgrowsTheRoomIsForgotten() {
    GridBuffer points = points(10);
    assertThat(recent.keep("d", points, new ArrayDeque<>())).isTrue();
    RecentPoints.Device device = recent.find("d", state(10));
    append(points, 1_000);
    recent.resized("d", device);
    assertThat(recent.find("d", state(1_010))).isNull();
    assertThat(recent.keep("e", points(1), new ArrayDeque<>())).isTrue();
  }

  @Test
  void whatIsDiscardedLeavesRoom() {
    GridBuffer points = points(10);
    append(points, 1_000);
    assertThat(recent.keep("d", points, new ArrayDeque<>())).isFalse();
    points.discardBefore(1_006);
    assertThat(points.first()).isEqualTo(1_006);
    assertThat(points.count()).isEqualTo(4);
    assertThat(points.value(0, 0)).isEqualTo(1_006);
    assertThat(points.label(3)).isEqualTo("1009");
    assertThat(points.endingAt(1_009).startMicros()).isEqualTo(1_006_000);
    assertThat(recent.keep("d", points, new ArrayDeque<>())).isTrue();
    points.discardBefore(2_000);
    assertThat(points.count()).isZero();
    assertThat(points.end()).isEqualTo(1_010);
  }

  private static GridBuffer points(int count) {
    GridBuffer points = new GridBuffer(SPEC, 1);
    append(points, count);
    return points;
  }

  private static void append(GridBuffer points, int count) {
    for (int i = 0; i < count; i++) {
      points.append(new float[] {points.end()}, 0, false, Long.toString(points.end()));
    }
  }

  private static ResamplerState state(int points) {
    Resampler resampler = new Resampler(SPEC, 1);
    GridConsumer nobody =
        new GridConsumer() {
          @Override
          public void begin(long timeMicros) {}

          @Override
          public void point(long point, float[] values, int offset, boolean filled, String label) {}
        };
    for (int i = 0; i < points; i++) {
      resampler.accept(1_000L * i, new float[1], 0, null, nobody);
    }
    return resampler.state();
  }
}
