/**
 * The classifier's second engine, deeplearning4j; imports the network and export packages and the
 * classifier's engine interface.
 */
package dev.whisker.trainer.engine;
