/**
 * Recordings and other sequences of readings, published at a pace; imports the trainer's
 * recordings, the wire contract and the sandbox's clients.
 */
package dev.whisker.sandbox.replay;
