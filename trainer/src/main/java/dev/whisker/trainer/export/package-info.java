/**
 * A trained deeplearning4j network as ONNX and as deeplearning4j's own file; imports
 * deeplearning4j, the ONNX messages that ND4J ships, the network package, and the names that the
 * classifier gives to inputs and outputs.
 */
package dev.whisker.trainer.export;
