package dev.whisker.trainer.training;

/**
 * What trainings on all folds of the devices but one reach on that one, fold by fold.
 *
 * @param folds how many folds were tested on
 * @param accuracy the share of the test windows whose label was right
 * @param macroF1 the mean of the labels' F1 scores
 */
public record CrossValidation(int folds, Spread accuracy, Spread macroF1) {}
