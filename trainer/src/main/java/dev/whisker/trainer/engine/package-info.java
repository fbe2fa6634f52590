/**
 * The classifier's second engine, deeplearning4j; imports the network, export and layers packages
 * and the classifier's engine interface.
 */
package dev.whisker.trainer.engine;
