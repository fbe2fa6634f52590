package dev.whisker.schemas.registry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.whisker.schemas.RegistryException;
import dev.whisker.schemas.SchemaRegistry;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * A schema registry by Confluent's HTTP API: Confluent's own, Apicurio's below {@code
 * /apis/ccompat/v7}, Karapace and others. A registry that is down, overloaded or cannot be reached
 * is asked again, a tenth of a second later at first and five seconds later in the end, until it
 * answers or this is closed. Thread-safe.
 *
 * @see <a
 *     href="https://docs.confluent.io/platform/current/schema-registry/develop/api.html">Confluent:
 *     Schema Registry API</a>
 */
public final class HttpSchemaRegistry implements SchemaRegistry {
  private static final Duration LONGEST_CONNECT = Duration.ofSeconds(5);
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(10);
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 5_000;
  private static final long TELL_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";

  /** Confluent's codes for what is not there are the HTTP status and two digits. */
  private static final int NOT_THERE = 404;

  private static final int NO_SUCH_SCHEMA = 40403;

  private static final JsonFactory JSON = new JsonFactory();

  private final URI address;
  private final String authorization;
  private final boolean registers;
  private final Consumer<String> notes;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .connectTimeout(LONGEST_CONNECT)
          .build();
  private final AtomicReference<String> unanswered = new AtomicReference<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * A client; it asks nothing yet.
   *
   * @param address such as {@code http://registry:8081}; a user and password in it are sent as
   *     basic authentication
   * @param registers whether schemas that the registry does not have are registered
   * @param notes is told, for people, that the registry does not answer, once a minute that it
   *     still does not, and that it does again
   * @throws IllegalArgumentException if the address is none of HTTP
   */
  public HttpSchemaRegistry(URI address, boolean registers, Consumer<String> notes) {
    requireHttp(address);
    this.address = withoutUser(address);
    this.authorization =
        address.getUserInfo() == null
            ? null
            : "Basic "
                + Base64.getEncoder()
                    .encodeToString(address.getUserInfo().getBytes(StandardCharsets.UTF_8));
    this.registers = registers;
    this.notes = notes;
  }

  /**
   * Checks an address.
   *
   * @throws IllegalArgumentException if it is none of HTTP; the message has no password
   */
  public static void requireHttp(URI address) {
    boolean http = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
    if (!http || address.getHost() == null) {
      throw new IllegalArgumentException(
          "schema.registry is no address of HTTP; expected one such as http://localhost:8081, or"
              + " http://localhost:8080/apis/ccompat/v7 for Apicurio");
    }
  }

  private static URI withoutUser(URI address) {
    String path = address.getRawPath() == null ? "" : address.getRawPath().replaceAll("/+$", "");
    int port = address.getPort();
    return URI.create(
        address.getScheme() + "://" + address.getHost() + (port < 0 ? "" : ":" + port) + path);
  }

  @Override
  public Optional<String> schema(int id) {
    Answer answer = ask("/schemas/ids/" + Integer.toUnsignedString(id), null);
    return answer.status == NOT_THERE ? Optional.empty() : Optional.of(answer.text("schema"));
  }

  @Override
  public int id(String subject, String schema) {
    String path = "/subjects/" + URLEncoder.encode(subject, StandardCharsets.UTF_8);
    String body = body(schema);
    if (registers) {
      Answer registered = ask(path + "/versions", body);
      if (registered.status == NOT_THERE) {
        throw refused("does not register " + subject, registered);
      }
      return registered.number("id");
    }
    Answer found = ask(path, body);
    if (found.status == NOT_THERE && found.number("error_code") == NO_SUCH_SCHEMA) {
      // It may have been registered with other spaces or another order of attributes.
      found = ask(path + "?normalize=true", body);
    }
    if (found.status == NOT_THERE) {
      throw new RegistryException(
          "The schema registry at "
              + address
              + " does not have this version's schema under the subject "
              + subject
              + " ("
              + found.text("message")
              + "). Register it, or let it be registered with --register-schemas=true");
    }
    return found.number("id");
  }

  private static String body(String schema) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("schema", schema);
      json.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("Writing to memory failed", e);
    }
    return text.toString();
  }

  @Override
  public Optional<String> unanswered() {
    return Optional.ofNullable(unanswered.get());
  }

  @Override
  public void close() {
    closed.countDown();
  }

  /**
   * Asks until there is an answer: what was asked for, or that it is not there.
   *
   * @param body is posted; null: it is a GET
   */
  private Answer ask(String path, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address + path))
            .timeout(LONGEST_ANSWER)
            .header("Accept", CONTENT_TYPE + ", application/json");
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    if (body != null) {
      request
          .header("Content-Type", CONTENT_TYPE)
          .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8));
    }
    long pause = FIRST_PAUSE_MILLIS;
    long toldNanos = 0;
    boolean told = false;
    while (true) {
      String why;
      try {
        HttpResponse<byte[]> response =
            client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        Answer answer = new Answer(response.statusCode(), response.body());
        why = answer.isMeant() ? null : "it answers with status " + answer.status;
        if (why == null) {
          if (unanswered.getAndSet(null) != null) {
            notes.accept("The schema registry at " + address + " answers again");
          }
          return accepted(path, answer);
        }
      } catch (IOException e) {
        why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RegistryException("Interrupted while asking the schema registry", e);
      }
      String waiting =
          "the schema registry at " + address + " does not answer (" + why + "); waiting for it";
      unanswered.set(waiting);
      if (!told || System.nanoTime() - toldNanos > TELL_AGAIN_NANOS) {
        told = true;
        toldNanos = System.nanoTime();
        notes.accept("T" + waiting.substring(1));
      }
      pause(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
    }
  }

  private void pause(long millis) {
    try {
      if (closed.await(millis, TimeUnit.MILLISECONDS)) {
        throw new RegistryException(
            "Stopped while waiting for the schema registry at " + address + " to answer");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryException("Interrupted while waiting for the schema registry", e);
    }
  }

  private Answer accepted(String path, Answer answer) {
    if (answer.status == 200) {
      return answer;
    }
    int code = answer.number("error_code");
    switch (answer.status) {
      case NOT_THERE -> {
        if (code / 100 == NOT_THERE) {
          return answer;
        }
        throw new RegistryException(
            "There is no schema registry at "
                + address
                + ": it does not know "
                + path
                + ". The address of Apicurio's ends with /apis/ccompat/v7");
      }
      case 401, 403 ->
          throw refused(
              "does not let this client in; put its user and password into the address,"
                  + " http://USER:PASSWORD@HOST",
              answer);
      case 409 ->
          throw refused(
              "says that this version's schema and the ones before it are not compatible", answer);
      default -> throw refused("refuses " + path, answer);
    }
  }

  private RegistryException refused(String what, Answer answer) {
    return new RegistryException(
        "The schema registry at "
            + address
            + " "
            + what
            + ": status "
            + answer.status
            + ", "
            + answer.text("message"));
  }

  /** What came back: a status and the flat fields of a JSON object, if it was one. */
  private static final class Answer {
    private final int status;
    private final Map<String, String> fields;

    Answer(int status, byte[] body) {
      this.status = status;
      this.fields = fields(body);
    }

    private static Map<String, String> fields(byte[] body) {
      Map<String, String> fields = new HashMap<>();
      try (JsonParser json = JSON.createParser(body)) {
        if (json.nextToken() != JsonToken.START_OBJECT) {
          return Map.of();
        }
        for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
          if (json.nextToken().isScalarValue()) {
            fields.put(field, json.getText());
          } else {
            json.skipChildren();
          }
        }
      } catch (IOException e) {
        return Map.of(); // a proxy's page
      }
      return fields;
    }

    /**
     * Whether a registry has said this about the question. What a proxy says of a registry that it
     * does not find is no answer; neither is what has too many questions or a fault inside.
     */
    boolean isMeant() {
      return switch (status) {
        case 200 -> fields.containsKey("schema") || fields.containsKey("id");
        case NOT_THERE, 409, 422 -> fields.containsKey("error_code");
        case 401, 403 -> true;
        default -> status >= 400 && status < 500 && status != 408 && status != 429;
      };
    }

    String text(String field) {
      return fields.getOrDefault(field, "without a '" + field + "'");
    }

    int number(String field) {
      try {
        return Integer.parseInt(fields.getOrDefault(field, "0"));
      } catch (NumberFormatException e) {
        return 0;
      }
    }
  }
}
