/**
 * How well a bundle classifies: its figures, the baselines beside them and every prediction;
 * imports the split and the classifier, no deep learning library.
 */
package dev.whisker.trainer.evaluation;
