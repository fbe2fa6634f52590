package dev.whisker.sandbox;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * The floors of the house: schemas, classifier, trainer and streamer beside each other, sandbox.
 */
@AnalyzeClasses(packages = "dev.whisker", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String[] KAFKA = {"org.apache.kafka..", "kafka.."};
  private static final String[] DEEPLEARNING4J = {"org.deeplearning4j..", "org.nd4j..", "onnx.."};

  @ArchTest
  static final ArchRule ONLY_THE_TRAINER_IMPORTS_DEEPLEARNING4J =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.whisker.trainer..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(DEEPLEARNING4J);

  @ArchTest
  static final ArchRule ONLY_STREAMER_AND_SANDBOX_IMPORT_KAFKA =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.whisker.streamer..", "dev.whisker.sandbox..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(KAFKA);

  /** The benchmark has a peer that is a Kafka Streams application of its own. */
  @ArchTest
  static final ArchRule ONLY_THE_STREAMER_AND_ITS_PEER_IMPORT_KAFKA_STREAMS =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.whisker.streamer..", "dev.whisker.sandbox.bench..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.kafka.streams..");

  @ArchTest
  static final ArchRule SCHEMAS_KNOW_NOBODY =
      noClasses()
          .that()
          .resideInAPackage("dev.whisker.schemas..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.whisker.classifier..",
              "dev.whisker.trainer..",
              "dev.whisker.streamer..",
              "dev.whisker.sandbox..");

  @ArchTest
  static final ArchRule THE_CLASSIFIER_KNOWS_ONLY_SCHEMAS =
      noClasses()
          .that()
          .resideInAPackage("dev.whisker.classifier..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.whisker.trainer..", "dev.whisker.streamer..", "dev.whisker.sandbox..");

  @ArchTest
  static final ArchRule TRAINER_NEVER_SEES_STREAMER_OR_SANDBOX =
      noClasses()
          .that()
          .resideInAPackage("dev.whisker.trainer..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.whisker.streamer..", "dev.whisker.sandbox..");

  @ArchTest
  static final ArchRule STREAMER_NEVER_SEES_TRAINER_OR_SANDBOX =
      noClasses()
          .that()
          .resideInAPackage("dev.whisker.streamer..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.whisker.trainer..", "dev.whisker.sandbox..");

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("dev.whisker.(**)").should().beFreeOfCycles();
}
