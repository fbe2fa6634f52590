/**
 * The commands train, compare, evaluate and inspect, and what they show on the terminal; imports
 * every other step of the trainer, and deeplearning4j only through them.
 */
package dev.whisker.trainer.command;
