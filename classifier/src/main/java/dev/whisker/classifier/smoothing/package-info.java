/**
 * What follows a device's windows: its stable label by vote or Markov filter; imports only the JDK.
 */
package dev.whisker.classifier.smoothing;
