/**
 * Classifies batches of raw windows with a bundle's network and makes predictions of the result;
 * imports the bundle, windows, smoothing, the wire contract and ONNX Runtime.
 */
package dev.whisker.classifier.engine;
