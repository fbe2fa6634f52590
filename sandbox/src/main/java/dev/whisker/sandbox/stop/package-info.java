/** How a command that runs on is asked to end; imports only the JDK. */
package dev.whisker.sandbox.stop;
