package dev.whisker.streamer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreloadingTest {
  @Test
  void whatFailsIsLeftToWhomeverNeedsIt() {
    List<String> loaded = new ArrayList<>();
    Preloading.load(
        List.of(
            () -> loaded.add("first"),
            () -> {
              throw new UnsatisfiedLinkError("no library");
            },
            () -> {
              throw new IllegalArgumentException("no engine");
            },
            () -> loaded.add("last")));
    assertThat(loaded).containsExactly("first", "last");
  }
}
