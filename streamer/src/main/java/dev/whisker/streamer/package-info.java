/**
 * The running streamer: configuration, model and topology put together; imports its own packages.
 */
package dev.whisker.streamer;
