/**
 * How every command is configured, fails and reports: defaults, then properties file, then
 * environment, then flags; imports only picocli, the JDK and what tells the version.
 */
package dev.whisker.classifier.cli;
