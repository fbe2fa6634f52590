/**
 * Simulated machines as live devices: their readings, without end; imports the machines and the
 * wire contract.
 */
package dev.whisker.sandbox.simulate;
