/**
 * What is fitted after a network is trained: the temperature of its probabilities, the reject
 * threshold and the smoothing; imports the evaluation, the split and the classifier, no deep
 * learning library.
 */
package dev.whisker.trainer.calibration;
