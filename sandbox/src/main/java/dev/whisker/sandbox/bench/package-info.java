/**
 * The load benchmark of serving: engine, pipeline, latency and growth, each beside a peer in the
 * same run; imports the streamer's and the trainer's commands and models, the classifier, Kafka's
 * clients, and Kafka Streams and ONNX Runtime for the peers.
 */
package dev.whisker.sandbox.bench;
