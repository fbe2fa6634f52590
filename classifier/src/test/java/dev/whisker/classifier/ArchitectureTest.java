package dev.whisker.classifier;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The floors of design section 2, and what each package-info says that it imports. */
@AnalyzeClasses(packages = "dev.whisker", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule schemasImportsNothingOfWhisker =
      noClasses()
          .that()
          .resideInAPackage("dev.whisker.schemas..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.whisker.classifier..");

  @ArchTest
  static final ArchRule schemasImportsOnlyAvroAndTheStreamingParser =
      classes()
          .that()
          .resideInAPackage("dev.whisker.schemas..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "com.fasterxml.jackson.core..",
              "org.apache.avro..",
              "dev.whisker.schemas..");

  @ArchTest
  static final ArchRule classifierImportsNeitherKafkaNorDl4jNorTheModulesAboveIt =
      noClasses()
          .that()
          .resideInAPackage("dev.whisker.classifier..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.kafka..",
              "org.deeplearning4j..",
              "org.nd4j..",
              "dev.whisker.trainer..",
              "dev.whisker.streamer..",
              "dev.whisker.sandbox..");

  @ArchTest static final ArchRule windowsImportOnlyTheJdk = onlyTheJdkAndItself("window");

  @ArchTest static final ArchRule smoothingImportsOnlyTheJdk = onlyTheJdkAndItself("smoothing");

  @ArchTest
  static final ArchRule onlyTheEngineKnowsOnnxRuntime =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.whisker.classifier.engine")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.onnxruntime..");

  @ArchTest
  static final ArchRule onlyTheCommandLineKnowsPicocli =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.whisker.classifier.cli")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  @ArchTest
  static final ArchRule packagesAreFreeOfCycles =
      slices().matching("dev.whisker.(**)").should().beFreeOfCycles();

  private static ArchRule onlyTheJdkAndItself(String step) {
    String itself = "dev.whisker.classifier." + step;
    return classes()
        .that()
        .resideInAPackage(itself)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", itself);
  }
}
