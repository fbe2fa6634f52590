package dev.whisker.trainer.evaluation;

import dev.whisker.classifier.bundle.Manifest.Baselines;
import dev.whisker.classifier.bundle.Manifest.DeviceScore;
import dev.whisker.classifier.bundle.Quality;
import dev.whisker.trainer.split.Part;
import java.util.List;
import java.util.Map;

/**
 * How a bundle did on windows whose truth is known.
 *
 * @param part the part of the recordings that the windows are from
 * @param model the model's name
 * @param modelVersion the model's version
 * @param accuracy the share of windows whose label was right
 * @param macroF1 the mean of the labels' F1 scores
 * @param windows number of windows scored
 * @param withoutTruth number of windows that were not: too few of their samples agree on a label
 * @param unknownTruth number of windows that were not: their label is none of the model's
 * @param labels the model's labels
 * @param confusion counts of windows, a row a true label and a column a predicted one
 * @param perClass the scores of every label
 * @param perDevice the accuracy of every device, by its id
 * @param baselines what simple rules reach on the same windows; null where the model's training
 *     part is not at hand
 * @param quality how far confidences and stable labels can be trusted
 */
public record Evaluation(
    Part part,
    String model,
    String modelVersion,
    double accuracy,
    double macroF1,
    int windows,
    int withoutTruth,
    int unknownTruth,
    List<String> labels,
    List<List<Integer>> confusion,
    Map<String, ConfusionMatrix.ClassScore> perClass,
    Map<String, DeviceScore> perDevice,
    Baselines baselines,
    Quality.OnPart quality) {

  /** The same with baselines. */
  public Evaluation with(Baselines others) {
    return new Evaluation(
        part,
        model,
        modelVersion,
        accuracy,
        macroF1,
        windows,
        withoutTruth,
        unknownTruth,
        labels,
        confusion,
        perClass,
        perDevice,
        others,
        quality);
  }
}
