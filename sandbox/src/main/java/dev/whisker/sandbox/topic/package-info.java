/**
 * Recordings out of a topic of labelled readings; imports Kafka's clients, the wire contract and
 * the trainer's recordings.
 */
package dev.whisker.sandbox.topic;
