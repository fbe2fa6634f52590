package dev.whisker.streamer.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.classifier.bundle.Channel;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.engine.CarriedState;
import dev.whisker.classifier.smoothing.Markov;
import dev.whisker.classifier.smoothing.Smoothing;
import dev.whisker.classifier.smoothing.StableLabel;
import dev.whisker.classifier.window.GridBuffer;
import dev.whisker.classifier.window.GridConsumer;
import dev.whisker.classifier.window.Resampler;
import dev.whisker.classifier.window.WindowSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every store's bytes are read as: what was written, cut off, of another format, garbage. */
class FitnessTest {
  private static final WindowSpec SPEC = new WindowSpec(1_000, 4, 2, 5, 3_000, 0.8);
  private static final Smoothing FILTER =
      Smoothing.by(
          new Markov(
              List.of(List.of(0.9, 0.1), List.of(0.1, 0.9)),
              List.of(0.5, 0.5),
              List.of(0.5, 0.5),
              1));
  private static final Manifest MANIFEST =
      new Manifest(
          1,
          "test",
          "v1",
          "2026-01-01T00:00:00Z",
          List.of(new Channel("x", ""), new Channel("y", "")),
          SPEC,
          1,
          List.of("low", "high"),
          new Normalizer(List.of(0f, 0f), List.of(1f, 1f)),
          1,
          0,
          FILTER,
          List.of(),
          null,
          null,
          null,
          Map.of());
  private static final int LAYOUT = DeviceState.layout(MANIFEST);

  private static final GridConsumer NOWHERE =
      new GridConsumer() {
        @Override
        public void begin(long timeMicros) {}

        @Override
        public void point(long point, float[] values, int offset, boolean filled, String label) {}
      };

  /** A store: what it may hold, and how that is read. */
  enum Kept {
    DEVICE(FitnessTest::device, FitnessTest::readDevice),
    CHUNK(FitnessTest::chunk, FitnessTest::readChunk),
    LABEL(FitnessTest::label, FitnessTest::readLabel),
    RECURRENT(FitnessTest::recurrent, FitnessTest::readRecurrent);

    private final Function<Random, byte[]> written;
    private final Function<byte[], Fitness> read;

    Kept(Function<Random, byte[]> written, Function<byte[], Fitness> read) {
      this.written = written;
      this.read = read;
    }
  }

  /** With two samples that the grace holds back, one of them labelled. */
  private static byte[] device(Random random) {
    Resampler resampler = new Resampler(SPEC, 2);
    for (int i = 0; i < 6; i++) {
      float[] values = {random.nextFloat(), random.nextFloat()};
      resampler.accept(i * 1_000L, values, 0, i % 2 == 0 ? "low" : null, NOWHERE);
    }
    return DeviceState.write(LAYOUT, 1_234, resampler.state());
  }

  private static Fitness readDevice(byte[] bytes) {
    Resampler resampler = new Resampler(SPEC, 2);
    Fitness fitness = DeviceState.read(bytes, LAYOUT, resampler.state());
    assertThat(resampler.state().begun()).isEqualTo(fitness == Fitness.FITS);
    long heard = DeviceState.lastSeenMillis(bytes);
    if (fitness == Fitness.FITS) {
      assertThat(heard).isEqualTo(1_234);
    } else {
      // As good as new.
      resampler.accept(0, new float[2], 0, null, NOWHERE);
      resampler.flush(NOWHERE);
      assertThat(resampler.state().next()).isEqualTo(1);
    }
    return fitness;
  }

  private static byte[] chunk(Random random) {
    GridBuffer buffer = new GridBuffer(SPEC, 2);
    buffer.reset(0, 0);
    for (int i = 0; i < 11; i++) {
      float[] values = {random.nextFloat(), random.nextFloat()};
      buffer.append(values, 0, i % 3 == 0, i < 5 ? null : "high");
    }
    return SampleChunk.write(buffer, 0, 11);
  }

  private static Fitness readChunk(byte[] bytes) {
    GridBuffer buffer = new GridBuffer(SPEC, 2);
    buffer.reset(0, 0);
    Fitness fitness = SampleChunk.appendTo(buffer, bytes, 0, 11);
    assertThat(buffer.count()).isEqualTo(fitness == Fitness.FITS ? 11 : 0);
    return fitness;
  }

  @Test
  void someOfTheChunksPointsAreAppended() {
    byte[] chunk = chunk(new Random(1));
    GridBuffer whole = new GridBuffer(SPEC, 2);
    whole.reset(0, 0);
    assertThat(SampleChunk.appendTo(whole, chunk, 0, 11)).isEqualTo(Fitness.FITS);
    GridBuffer part = new GridBuffer(SPEC, 2);
    part.reset(0, 3);
    assertThat(SampleChunk.appendTo(part, chunk, 3, 7)).isEqualTo(Fitness.FITS);
    assertThat(part.count()).isEqualTo(4);
    for (int i = 0; i < 4; i++) {
      assertThat(part.value(i, 0)).isEqualTo(whole.value(3 + i, 0));
      assertThat(part.value(i, 1)).isEqualTo(whole.value(3 + i, 1));
      assertThat(part.isFilled(i)).isEqualTo(whole.isFilled(3 + i));
      assertThat(part.label(i)).isEqualTo(whole.label(3 + i));
    }
  }

  private static byte[] label(Random random) {
    StableLabel stable = new StableLabel(FILTER);
    float probability = random.nextFloat();
    stable.next(0, new float[] {probability, 1 - probability}, 0, true);
    return LabelState.write(MANIFEST, stable);
  }

  private static Fitness readLabel(byte[] bytes) {
    StableLabel stable = new StableLabel(FILTER);
    Fitness fitness = LabelState.read(bytes, MANIFEST, stable);
    assertThat(stable.stable()).isBetween(StableLabel.NONE, 1);
    if (fitness != Fitness.FITS) {
      assertThat(stable.stable()).isEqualTo(StableLabel.NONE);
      assertThat(stable.next(1, new float[] {0.1f, 0.9f}, 0, false)).isTrue();
    }
    return fitness;
  }

  private static byte[] recurrent(Random random) {
    CarriedState carried = new CarriedState(3);
    GridBuffer buffer = new GridBuffer(SPEC, 2);
    buffer.reset(0, 0);
    for (int i = 0; i < 4; i++) {
      buffer.append(new float[2], 0, false, null);
    }
    carried.take(buffer.endingAt(3), new float[] {1, random.nextFloat(), 3}, 0);
    return RecurrentState.write(7, carried);
  }

  private static Fitness readRecurrent(byte[] bytes) {
    CarriedState carried = new CarriedState(3);
    Fitness fitness = RecurrentState.read(bytes, 7, carried);
    if (fitness != Fitness.FITS) {
      assertThat(RecurrentState.write(7, carried))
          .isEqualTo(RecurrentState.write(7, new CarriedState(3)));
    }
    return fitness;
  }

  @ParameterizedTest
  @EnumSource(Kept.class)
  void whatWasWrittenFits(Kept kept) {
    assertThat(kept.read.apply(kept.written.apply(new Random(1)))).isEqualTo(Fitness.FITS);
  }

  @ParameterizedTest
  @EnumSource(Kept.class)
  void whatIsCutOffIsDamaged(Kept kept) {
    byte[] whole = kept.written.apply(new Random(2));
    for (int length = 0; length < whole.length; length++) {
      assertThat(kept.read.apply(Arrays.copyOf(whole, length)))
          .as(length + " of " + whole.length + " bytes")
          .isEqualTo(Fitness.DAMAGED);
    }
  }

  @ParameterizedTest
  @EnumSource(Kept.class)
  void whatGoesOnTooLongIsDamaged(Kept kept) {
    byte[] whole = kept.written.apply(new Random(3));
    assertThat(kept.read.apply(Arrays.copyOf(whole, whole.length + 1))).isEqualTo(Fitness.DAMAGED);
  }

  @ParameterizedTest
  @EnumSource(Kept.class)
  void aLaterFormatIsUnknown(Kept kept) {
    byte[] later = kept.written.apply(new Random(4));
    later[0] = 99;
    assertThat(kept.read.apply(later)).isEqualTo(Fitness.UNKNOWN_FORMAT);
  }

  @ParameterizedTest
  @EnumSource(
      value = Kept.class,
      names = {"DEVICE", "LABEL", "RECURRENT"})
  void whatBelongsToAnotherModelIsTold(Kept kept) {
    byte[] other = kept.written.apply(new Random(5));
    other[4] ^= 1; // the last byte of a 32-bit checksum, one of a 64-bit one
    assertThat(kept.read.apply(other)).isEqualTo(Fitness.OTHER_MODEL);
  }

  /** Whatever the bytes, reading them ends without an error, and soon. */
  @ParameterizedTest
  @EnumSource(Kept.class)
  void garbageIsNothingToGoOnFrom(Kept kept) {
    Random random = new Random(6);
    byte[] whole = kept.written.apply(random);
    for (int i = 0; i < 5_000; i++) {
      byte[] garbage = new byte[1 + random.nextInt(2 * whole.length)];
      random.nextBytes(garbage);
      // Up to a fifth of it as it was written, so that more than the first byte is looked at.
      int right = random.nextInt(1 + Math.min(whole.length, garbage.length) / 5);
      System.arraycopy(whole, 0, garbage, 0, right);
      if (Arrays.equals(garbage, 0, right, whole, 0, right) && garbage.length != whole.length) {
        assertThat(kept.read.apply(garbage)).isNotEqualTo(Fitness.FITS);
      }
    }
  }

  @Test
  void everyFitnessHasACodeOfItsOwn() {
    assertThat(Arrays.stream(Fitness.values()).map(Fitness::code))
        .containsExactly("fits", "other-model", "unknown-format", "damaged");
  }
}
