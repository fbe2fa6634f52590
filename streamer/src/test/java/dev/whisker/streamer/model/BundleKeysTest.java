package dev.whisker.streamer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whisker.classifier.cli.CommandFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleKeysTest {
  /** RFC 8410, section 10.3, and the public key of its section 10.1. */
  private static final String PRIVATE =
      "-----BEGIN PRIVATE KEY-----\n"
          + "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
          + "-----END PRIVATE KEY-----\n";

  private static final String PUBLIC =
      "-----BEGIN PUBLIC KEY-----\n"
          + "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
          + "-----END PUBLIC KEY-----\n";

  /** By 'openssl pkeyutl -sign -rawin' with that key: Ed25519 signatures are deterministic. */
  private static final String SIGNATURE =
      "fd6b807b3fa90ffab135f8315ed1145b325dbf12896eaa7a3881741d75907e135b7e01f5e807763667830f7bebf58ff22edacf0f0792d1e96a852d62e5abbe0c";

  private static final byte[] SIGNED = "a bundle".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("key.pem"), text);
  }

  @Test
  void aSignatureIsThatOfOpenssl() throws IOException {
    PrivateKey key = BundleKeys.readPrivate(file(PRIVATE));
    assertThat(HexFormat.of().formatHex(BundleKeys.sign(key, SIGNED))).isEqualTo(SIGNATURE);
  }

  @Test
  void onlyTheSignedBytesAreSigned() throws IOException {
    var key = BundleKeys.readPublic(file(PUBLIC));
    byte[] signature = HexFormat.of().parseHex(SIGNATURE);
    assertThat(BundleKeys.isSigned(key, SIGNED, signature)).isTrue();
    assertThat(BundleKeys.isSigned(key, "A bundle".getBytes(StandardCharsets.UTF_8), signature))
        .isFalse();
    signature[10]++;
    assertThat(BundleKeys.isSigned(key, SIGNED, signature)).isFalse();
    assertThat(BundleKeys.isSigned(key, SIGNED, new byte[3])).isFalse();
  }

  @Test
  void whatIsNoKeyIsRefusedWithWhatItIs() throws IOException {
    assertThatThrownBy(() -> BundleKeys.readPrivate(folder.resolve("nowhere")))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("There is no key file");
    Path other = file(PUBLIC);
    assertThatThrownBy(() -> BundleKeys.readPrivate(other))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("has a block 'PUBLIC KEY'; expected a PEM block 'PRIVATE KEY'");
    file("hello");
    assertThatThrownBy(() -> BundleKeys.readPublic(other))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("has no PEM block");
    file(PUBLIC.replace("MCowBQYDK2Vw", "MCowBQYDK2Vu")); // X25519
    assertThatThrownBy(() -> BundleKeys.readPublic(other))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("is no Ed25519 key");
  }
}
