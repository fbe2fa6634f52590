/**
 * How every command is configured, fails and reports: defaults, then properties file, then
 * environment, then flags; imports only picocli and the JDK.
 */
package dev.whisker.classifier.cli;
