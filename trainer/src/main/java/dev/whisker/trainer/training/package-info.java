/**
 * Recordings to a bundle, from the first sample to the evaluation of what was written; imports
 * every other step of the trainer but the commands.
 */
package dev.whisker.trainer.training;
