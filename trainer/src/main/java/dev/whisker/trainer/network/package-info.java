/**
 * The kinds of networks, the shape of what goes in, and how windows are laid out for
 * deeplearning4j; imports deeplearning4j, the classifier and the layers, nothing else of the
 * trainer.
 */
package dev.whisker.trainer.network;
