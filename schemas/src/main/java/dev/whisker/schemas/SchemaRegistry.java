package dev.whisker.schemas;

import java.util.Optional;

/**
 * Where writers say by which schema they write, and readers find it by the id that every record
 * carries. Thread-safe. Its answers never change, so they are asked for once.
 */
public interface SchemaRegistry extends AutoCloseable {
  /**
   * The schema with an id, as JSON; empty: there is none. Waits for as long as the registry does
   * not answer.
   *
   * @throws RegistryException if it answers that this client may not know, or was closed meanwhile
   */
  Optional<String> schema(int id);

  /**
   * The id under which a subject has a schema. Waits for as long as the registry does not answer.
   *
   * @param subject such as {@code predictions-value}
   * @param schema as JSON
   * @throws RegistryException if the registry has no such schema and this client is not to register
   *     it, or does not take it; or was closed meanwhile
   */
  int id(String subject, String schema);

  /** Why the registry is waited for, for people; empty: it is not. */
  Optional<String> unanswered();

  /** Ends all waiting. */
  @Override
  void close();
}
