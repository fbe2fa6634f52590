package dev.whisker.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whisker.classifier.cli.CommandFailure;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassWeightsTest {
  private static final List<String> LABELS = List.of("off", "on");
  private static final int[] COUNTS = {30, 10};

  @Test
  void balancedOnesMakeEveryClassCountTheSame() {
    List<Double> weights = ClassWeights.BALANCED.of(LABELS, COUNTS);
    assertThat(weights.get(0) * COUNTS[0]).isEqualTo(weights.get(1) * COUNTS[1]).isEqualTo(20);
  }

  @Test
  void withNoneEveryWindowCountsTheSame() {
    assertThat(ClassWeights.NONE.of(LABELS, COUNTS)).containsExactly(1.0, 1.0);
  }

  @Test
  void givenOnesAreTakenAsTheyAreAndTheOthersAreOne() {
    assertThat(ClassWeights.parse("on=2.5").of(LABELS, COUNTS)).containsExactly(1.0, 2.5);
    assertThat(ClassWeights.parse("a=b=2,on=3").given()).containsEntry("a=b", 2.0);
  }

  @Test
  void aWeightOfALabelThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> ClassWeights.parse("of=2").of(LABELS, COUNTS))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("names the label 'of'; the training part has [off, on]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "on", "=2", "on=", "on=-1", "on=NaN", "on=Infinity", "on=1,,off=2"})
  void whatIsNoWeightIsRefused(String text) {
    assertThatThrownBy(() -> ClassWeights.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no weight of a class");
  }

  @ParameterizedTest
  @ValueSource(strings = {"balanced", "none", "off=0.5,on=2.0"})
  void theyAreWrittenAsTheyAreRead(String text) {
    assertThat(ClassWeights.parse(text)).hasToString(text);
  }
}
