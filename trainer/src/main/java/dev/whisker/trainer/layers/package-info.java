/**
 * Computes the layers of a deeplearning4j network fast, with the results of its own code; imports
 * deeplearning4j, ND4J and OpenBLAS, nothing else of Whisker.
 */
package dev.whisker.trainer.layers;
