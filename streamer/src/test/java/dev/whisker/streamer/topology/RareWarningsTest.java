package dev.whisker.streamer.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.helpers.MessageFormatter;

class RareWarningsTest {
  private final List<String> lines = new ArrayList<>();
  private long nowMillis;
  private final RareWarnings warnings = new RareWarnings(log(), () -> nowMillis);

  private Logger log() {
    return (Logger)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Logger.class},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("warn");
              Object[] parameters =
                  arguments[1] instanceof Object[] several
                      ? several
                      : List.of(arguments).subList(1, arguments.length).toArray();
              lines.add(
                  MessageFormatter.arrayFormat((String) arguments[0], parameters).getMessage());
              return null;
            });
  }

  @Test
  void oneOfAKindIsLoggedAMinuteAndTheRestIsCounted() {
    for (int i = 0; i < 1_000; i++) {
      int number = i;
      warnings.warn("a", () -> "a " + number);
      nowMillis += 100;
    }
    assertThat(lines)
        .containsExactly("a 0", "a 600 (and 599 more like this one since the last such line)");
  }

  @Test
  void kindsDoNotHideEachOther() {
    warnings.warn("a", () -> "first");
    warnings.warn("b", () -> "second");
    assertThat(lines).containsExactly("first", "second");
  }

  @Test
  void whatWasLeftOutIsToldInTheEnd() {
    warnings.warn("things", () -> "one");
    warnings.warn("things", () -> "two");
    warnings.warn("others", () -> "three");
    warnings.close();
    assertThat(lines).containsExactly("one", "three", "things: 1 more since the last such line");
  }
}
