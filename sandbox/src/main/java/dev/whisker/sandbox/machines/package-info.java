/**
 * Owns the simulation of rotating machines with accelerometers and their labelled recordings, and
 * imports nothing but the JDK.
 */
package dev.whisker.sandbox.machines;
