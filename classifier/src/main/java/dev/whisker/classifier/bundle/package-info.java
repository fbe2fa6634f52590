/**
 * The one file that a trained model ships in: its manifest, writing, reading and checking it;
 * imports the window and smoothing packages and Jackson.
 */
package dev.whisker.classifier.bundle;
