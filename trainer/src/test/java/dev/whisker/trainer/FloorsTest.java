package dev.whisker.trainer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.whisker.trainer",
    importOptions = ImportOption.DoNotIncludeTests.class)
class FloorsTest {
  private static final String[] DEEP_LEARNING = {
    "org.deeplearning4j..", "org.nd4j..", "org.bytedeco..", "onnx.."
  };

  @ArchTest
  static final ArchRule NOTHING_KNOWS_KAFKA =
      noClasses().should().dependOnClassesThat().resideInAPackage("org.apache.kafka..");

  @ArchTest
  static final ArchRule NOTHING_KNOWS_THE_STREAMER_OR_THE_SANDBOX =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.whisker.streamer..", "dev.whisker.sandbox..");

  @ArchTest
  static final ArchRule READING_SPLITTING_AND_SCORING_KNOW_NO_DEEP_LEARNING =
      noClasses()
          .that()
          .resideInAnyPackage(
              "..recording..",
              "..split..",
              "..evaluation..",
              "..calibration..",
              "..report..",
              "..command..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(DEEP_LEARNING);

  @ArchTest
  static final ArchRule ONLY_THE_REPORT_KNOWS_WHAT_PAINTS_AND_LAYS_IT_OUT =
      noClasses()
          .that()
          .resideOutsideOfPackage("..report..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.knowm..", "org.apache.batik..", "com.github.mustachejava..", "java.awt..");

  @ArchTest
  static final ArchRule STEPS_DO_NOT_GO_IN_CIRCLES =
      slices().matching("dev.whisker.trainer.(*)..").should().beFreeOfCycles();
}
