/**
 * What a training or a comparison came to, as one page to be read in a browser; imports everything
 * but the commands, and deeplearning4j only through the others.
 */
package dev.whisker.trainer.report;
