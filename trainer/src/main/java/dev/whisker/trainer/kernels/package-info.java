/**
 * Random convolution kernels with ridge regression, the strongest cheap classifier of series that
 * networks have to beat; imports the evaluation's windows, the classifier and OpenBLAS.
 */
package dev.whisker.trainer.kernels;
