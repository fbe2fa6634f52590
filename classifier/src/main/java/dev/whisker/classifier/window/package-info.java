/**
 * Samples onto the regular grid and the grid into windows, the same offline and live; imports only
 * the JDK.
 */
package dev.whisker.classifier.window;
