package dev.whisker.streamer.config;

import java.nio.file.Path;
import java.util.List;

/**
 * Which models a streamer serves beside or instead of a file that it is given.
 *
 * @param name the model that is followed on the models topic; null: whichever is published
 * @param shadowFile the bundle of a model that runs beside; null: none
 * @param shadowName the name of a published model that runs beside; null: none
 * @param trustedKeys files with public keys, of which one must have signed what is published;
 *     empty: it need not be signed
 */
public record ModelChoice(String name, Path shadowFile, String shadowName, List<Path> trustedKeys) {
  /** Whichever model is published, signed or not, without a shadow. */
  public static final ModelChoice DEFAULT = new ModelChoice(null, null, null, List.of());

  /** Checks that there is at most one shadow, and that it is another model. */
  public ModelChoice {
    trustedKeys = List.copyOf(trustedKeys);
    if (shadowFile != null && shadowName != null) {
      throw new IllegalArgumentException("shadow is a file and a name; expected one of them");
    }
    if (shadowName != null && shadowName.equals(name)) {
      throw new IllegalArgumentException(
          "shadow is '" + shadowName + "', the model that is served; expected another one");
    }
  }

  /** Whether a model runs beside. */
  public boolean hasShadow() {
    return shadowFile != null || shadowName != null;
  }
}
