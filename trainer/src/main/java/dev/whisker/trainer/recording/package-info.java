/**
 * Recordings of labelled samples, read from files; imports only the JDK and the commands' errors.
 */
package dev.whisker.trainer.recording;
