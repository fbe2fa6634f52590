package dev.whisker.streamer.model;

import dev.whisker.classifier.cli.CommandFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.KeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ed25519 signatures of bundles (RFC 8032), with keys in PEM files as openssl writes them:
 *
 * <pre>
 *   openssl genpkey -algorithm ed25519 -out models.key      whisker publish --key models.key
 *   openssl pkey -in models.key -pubout -out models.pub     whisker stream --trusted-keys models.pub
 * </pre>
 *
 * <p>What is signed are the bundle's bytes, nothing more, so that any tool can check a signature.
 */
public final class BundleKeys {
  private static final String ALGORITHM = "Ed25519";
  private static final String PRIVATE = "PRIVATE KEY";
  private static final String PUBLIC = "PUBLIC KEY";
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

  private BundleKeys() {}

  /**
   * Reads a private key.
   *
   * @throws CommandFailure if the file holds none
   */
  public static PrivateKey readPrivate(Path file) {
    KeySpec spec = new PKCS8EncodedKeySpec(read(file, PRIVATE));
    try {
      return KeyFactory.getInstance(ALGORITHM).generatePrivate(spec);
    } catch (GeneralSecurityException e) {
      throw wrong(file, PRIVATE, e);
    }
  }

  /**
   * Reads a public key.
   *
   * @throws CommandFailure if the file holds none
   */
  public static PublicKey readPublic(Path file) {
    KeySpec spec = new X509EncodedKeySpec(read(file, PUBLIC));
    try {
      return KeyFactory.getInstance(ALGORITHM).generatePublic(spec);
    } catch (GeneralSecurityException e) {
      throw wrong(file, PUBLIC, e);
    }
  }

  private static byte[] read(Path file, String kind) {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.US_ASCII);
    } catch (NoSuchFileException e) {
      throw new CommandFailure("There is no key file " + file, e);
    } catch (IOException e) {
      throw new CommandFailure("The key file " + file + " cannot be read: " + e, e);
    }
    String found = "no PEM block";
    Matcher blocks = PEM.matcher(text);
    while (blocks.find()) {
      if (blocks.group(1).equals(kind)) {
        try {
          return Base64.getMimeDecoder().decode(blocks.group(2));
        } catch (IllegalArgumentException e) {
          throw wrong(file, kind, e);
        }
      }
      found = "a block '" + blocks.group(1) + "'";
    }
    throw new CommandFailure(
        "The key file "
            + file
            + " has "
            + found
            + "; expected a PEM block '"
            + kind
            + "', without a passphrase. "
            + (kind.equals(PRIVATE)
                ? "'openssl genpkey -algorithm ed25519 -out FILE' makes a key"
                : "'openssl pkey -in KEY -pubout -out FILE' writes a key's public part"));
  }

  private static CommandFailure wrong(Path file, String kind, Exception cause) {
    return new CommandFailure(
        "The "
            + kind
            + " in "
            + file
            + " is no Ed25519 key: "
            + cause.getMessage()
            + ". 'openssl genpkey -algorithm ed25519 -out FILE' makes one",
        cause);
  }

  /** The signature of some bytes, 64 bytes. */
  static byte[] sign(PrivateKey key, byte[] bytes) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(key);
      signature.update(bytes);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new CommandFailure("The bundle cannot be signed: " + e.getMessage(), e);
    }
  }

  /** Whether a signature is that of some bytes by a key; false for what is no signature at all. */
  static boolean isSigned(PublicKey key, byte[] bytes, byte[] signed) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initVerify(key);
      signature.update(bytes);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
