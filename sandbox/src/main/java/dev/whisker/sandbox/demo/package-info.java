/**
 * The whole system on this machine: train on simulated machines, serve, publish, check every
 * window; imports trainer, streamer and the sandbox's other packages.
 */
package dev.whisker.sandbox.demo;
