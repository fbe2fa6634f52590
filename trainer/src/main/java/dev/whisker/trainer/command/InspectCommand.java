package dev.whisker.trainer.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.cli.CommonOptions;
import dev.whisker.trainer.evaluation.Evaluation;
import dev.whisker.trainer.evaluation.Evaluator;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code whisker inspect}: what a bundle says of itself. */
@Command(
    name = "inspect",
    footer = {"", "Example:", "  whisker inspect pumps.whisker"},
    sortOptions = false,
    description = "Verifies a model and shows what it is and where it came from.")
final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(paramLabel = "FILE", description = "The model.")
  private Path model;

  @Option(names = "--json", description = "Report as one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter report = spec.commandLine().getOut();
    Bundle bundle = Bundle.read(model);
    if (json) {
      ObjectNode node = JsonReport.fields(bundle.manifest());
      Evaluation test = Evaluator.recorded(bundle.manifest());
      if (test != null) {
        ((ObjectNode) node.get("test")).set("perClass", JsonReport.fields(test.perClass()));
      }
      report.println(JsonReport.line(node));
    } else {
      report.print(ManifestText.of(bundle));
    }
    report.flush();
    return 0;
  }
}
