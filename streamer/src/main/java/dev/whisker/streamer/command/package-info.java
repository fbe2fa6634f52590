/** The streamer's commands; imports the streamer and the command line. */
package dev.whisker.streamer.command;
