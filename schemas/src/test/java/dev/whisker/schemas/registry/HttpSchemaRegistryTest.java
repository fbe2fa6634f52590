package dev.whisker.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.whisker.schemas.RegistryException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against the answers that Confluent's registry documents and Apicurio's gives. */
class HttpSchemaRegistryTest {
  private final Deque<Reply> replies = new ArrayDeque<>();
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final BlockingQueue<String> notes = new LinkedBlockingQueue<>();
  private HttpServer server = serve(0);
  private final int port = server.getAddress().getPort();

  private record Reply(int status, String body) {}

  private HttpServer serve(int at) {
    try {
      HttpServer started =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 0);
      started.createContext(
          "/",
          exchange -> {
            String body =
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String user = exchange.getRequestHeaders().getFirst("Authorization");
            asked.add(
                (exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body).strip()
                    + (user == null ? "" : " " + user));
            Reply reply;
            synchronized (replies) {
              reply = replies.size() > 1 ? replies.remove() : replies.element();
            }
            byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
          });
      started.start();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  /** What the registry says next; the last reply is repeated. */
  private void reply(int status, String body) {
    synchronized (replies) {
      replies.add(new Reply(status, body));
    }
  }

  private HttpSchemaRegistry registry(String user, String path, boolean registers) {
    return new HttpSchemaRegistry(
        URI.create("http://" + user + "localhost:" + port + path), registers, notes::add);
  }

  private HttpSchemaRegistry registry(boolean registers) {
    return registry("", "", registers);
  }

  @Test
  void aSchemaIsFoundByItsId() {
    reply(200, "{\"references\":[],\"schema\":\"\\\"string\\\"\"}");
    try (var registry = registry("", "/apis/ccompat/v7/", false)) {
      assertThat(registry.schema(7)).hasValue("\"string\"");
    }
    assertThat(asked).containsExactly("GET /apis/ccompat/v7/schemas/ids/7");
    assertThat(notes).isEmpty();
  }

  @Test
  void anUnknownIdIsNoFault() {
    reply(404, "{\"error_code\":40403,\"message\":\"Schema not found\"}");
    try (var registry = registry(false)) {
      assertThat(registry.schema(-1)).isEmpty();
    }
    assertThat(asked).containsExactly("GET /schemas/ids/4294967295");
  }

  @Test
  void aSchemaIsRegistered() {
    reply(200, "{\"id\":12}");
    try (var registry = registry("", "", true)) {
      assertThat(registry.id("machines-value", "\"string\"")).isEqualTo(12);
    }
    assertThat(asked)
        .containsExactly("POST /subjects/machines-value/versions {\"schema\":\"\\\"string\\\"\"}");
  }

  @Test
  void aSchemaIsOnlyLookedUp() {
    reply(200, "{\"subject\":\"s\",\"version\":1,\"id\":3,\"schema\":\"x\"}");
    try (var registry = registry(false)) {
      assertThat(registry.id("s-value", "x")).isEqualTo(3);
    }
    assertThat(asked).containsExactly("POST /subjects/s-value {\"schema\":\"x\"}");
  }

  @Test
  void aSchemaWithOtherSpacesIsFoundToo() {
    reply(404, "{\"error_code\":40403,\"message\":\"Schema not found\"}");
    reply(200, "{\"id\":3}");
    try (var registry = registry(false)) {
      assertThat(registry.id("s-value", "x")).isEqualTo(3);
    }
    assertThat(asked).element(1).asString().contains("?normalize=true");
  }

  @Test
  void aSchemaThatIsNotThereAndNotToBeRegisteredIsToldWithTheRemedy() {
    reply(404, "{\"error_code\":40401,\"message\":\"Subject 's-value' not found.\"}");
    try (var registry = registry(false)) {
      assertThatThrownBy(() -> registry.id("s-value", "x"))
          .isInstanceOf(RegistryException.class)
          .hasMessageContaining("s-value")
          .hasMessageContaining("--register-schemas=true");
    }
  }

  @Test
  void userAndPasswordAreSentAndNotTold() {
    reply(401, "{\"error_code\":401,\"message\":\"Unauthorized\"}");
    try (var registry = registry("me:p%40ss@", "", false)) {
      assertThatThrownBy(() -> registry.schema(1))
          .isInstanceOf(RegistryException.class)
          .hasMessageContaining("user and password")
          .hasMessageNotContaining("p@ss")
          .hasMessageNotContaining("p%40ss");
    }
    // me:p@ss
    assertThat(asked).containsExactly("GET /schemas/ids/1 Basic bWU6cEBzcw==");
  }

  @Test
  void anIncompatibleSchemaIsTold() {
    reply(409, "{\"error_code\":409,\"message\":\"incompatible with an earlier schema\"}");
    try (var registry = registry(true)) {
      assertThatThrownBy(() -> registry.id("s-value", "x"))
          .isInstanceOf(RegistryException.class)
          .hasMessageContaining("not compatible")
          .hasMessageContaining("an earlier schema");
    }
  }

  /** Every reading would be refused for an unknown id otherwise. */
  @Test
  void aServerThatIsNoRegistryIsTold() {
    reply(404, "{\"error_code\":0,\"message\":\"Could not find resource\"}");
    try (var registry = registry(true)) {
      assertThatThrownBy(() -> registry.schema(1))
          .isInstanceOf(RegistryException.class)
          .hasMessageContaining("/apis/ccompat/v7");
    }
  }

  @Test
  void whatIsNoAnswerIsWaitedOut() {
    reply(503, "<html>no server available</html>");
    reply(404, "<html>no backend</html>");
    reply(429, "{\"error_code\":42901,\"message\":\"slow down\"}");
    reply(500, "{\"error_code\":50001,\"message\":\"Error in the backend data store\"}");
    reply(200, "<html>welcome</html>");
    reply(200, "{\"schema\":\"x\"}");
    try (var registry = registry(false)) {
      assertThat(registry.schema(1)).hasValue("x");
      assertThat(registry.unanswered()).isEmpty();
    }
    assertThat(asked).hasSize(6);
    assertThat(notes).hasSize(2);
    assertThat(notes.remove()).contains("does not answer", "status 503");
    assertThat(notes.remove()).contains("answers again");
  }

  @Test
  void aRegistryThatIsDownIsWaitedFor() throws Exception {
    server.stop(0);
    reply(200, "{\"schema\":\"x\"}");
    try (var registry = registry(false)) {
      CompletableFuture<String> asking =
          CompletableFuture.supplyAsync(() -> registry.schema(1).orElseThrow());
      assertThat(notes.poll(1, TimeUnit.MINUTES)).contains("http://localhost:" + port, "waiting");
      assertThat(registry.unanswered()).get().asString().contains("does not answer");
      assertThat(asking).isNotDone();
      server = serve(port);
      assertThat(asking.get(1, TimeUnit.MINUTES)).isEqualTo("x");
      assertThat(registry.unanswered()).isEmpty();
    }
  }

  @Test
  void closingEndsTheWaiting() throws Exception {
    server.stop(0);
    HttpSchemaRegistry registry = registry(false);
    CompletableFuture<Throwable> asking =
        CompletableFuture.supplyAsync(() -> registry.schema(1))
            .handle((schema, failure) -> failure);
    assertThat(notes.poll(1, TimeUnit.MINUTES)).isNotNull();
    registry.close();
    assertThat(asking.get(1, TimeUnit.MINUTES))
        .hasRootCauseInstanceOf(RegistryException.class)
        .hasMessageContaining("Stopped while waiting");
  }

  @Test
  void anAddressThatIsNoneOfHttpIsRefused() {
    for (String address : List.of("localhost:8081", "ftp://host/", "http:///path")) {
      assertThatThrownBy(() -> new HttpSchemaRegistry(URI.create(address), true, note -> {}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("http://localhost:8081");
    }
  }
}
