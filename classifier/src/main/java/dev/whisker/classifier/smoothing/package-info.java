/** What follows a device's predictions: its stable label; imports only the JDK. */
package dev.whisker.classifier.smoothing;
