/**
 * A trained deeplearning4j network as ONNX and as deeplearning4j's own file; imports
 * deeplearning4j, the ONNX messages that ND4J ships, and the network package.
 */
package dev.whisker.trainer.export;
