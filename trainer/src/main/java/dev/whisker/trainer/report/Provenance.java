package dev.whisker.trainer.report;

import dev.whisker.classifier.bundle.Manifest;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a result came from.
 *
 * @param settings of the training
 * @param origin data, seed, versions and commit
 */
record Provenance(List<Named> settings, List<Named> origin) {
  /** A setting that nobody set, before it is fitted to the data. */
  private static final String UNSET = String.valueOf((Object) null);

  /** Of a bundle. */
  static Provenance of(Manifest manifest) {
    return of(manifest.provenance());
  }

  /** As a manifest tells it. */
  static Provenance of(Manifest.Provenance provenance) {
    List<Named> settings = new ArrayList<>();
    provenance
        .settings()
        .forEach(
            (name, value) ->
                settings.add(new Named(name, value.equals(UNSET) ? "from the data" : value)));
    List<Named> origin = new ArrayList<>();
    origin.add(new Named("data", "SHA-256 " + provenance.dataSha256()));
    origin.add(new Named("seed", String.valueOf(provenance.seed())));
    provenance.libraries().forEach((name, version) -> origin.add(new Named(name, version)));
    origin.add(
        new Named("commit", provenance.commit().isEmpty() ? "unknown" : provenance.commit()));
    return new Provenance(List.copyOf(settings), List.copyOf(origin));
  }
}
