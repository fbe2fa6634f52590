/** The sandbox's commands; imports everything else of the sandbox and the command line. */
package dev.whisker.sandbox.command;
