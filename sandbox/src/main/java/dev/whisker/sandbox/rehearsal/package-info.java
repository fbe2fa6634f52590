/**
 * What the launcher archives the loaded classes of: a start of the streamer against a broker, until
 * it has classified.
 */
package dev.whisker.sandbox.rehearsal;
