/** What this Whisker was built from; imports only the JDK. */
package dev.whisker.classifier.build;
