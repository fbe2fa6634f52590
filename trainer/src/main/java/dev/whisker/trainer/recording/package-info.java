/**
 * Recordings of labelled samples, read from files and from what else is found by ServiceLoader;
 * imports only the JDK and the commands' errors.
 */
package dev.whisker.trainer.recording;
