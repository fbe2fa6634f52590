/**
 * Which samples train, validate and test, and the windows cut from each part; imports the
 * recordings and the classifier's bundle and windows, no deep learning library.
 */
package dev.whisker.trainer.split;
