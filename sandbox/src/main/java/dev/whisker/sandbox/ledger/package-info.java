/**
 * Compares live predictions with what the offline path computes for the same readings; imports the
 * classifier, the wire contract and the replay's sink.
 */
package dev.whisker.sandbox.ledger;
