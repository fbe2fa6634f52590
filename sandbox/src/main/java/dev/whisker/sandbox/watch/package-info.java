/**
 * The predictions topic for people and for scripts; imports the wire contract and the sandbox's
 * clients.
 */
package dev.whisker.sandbox.watch;
