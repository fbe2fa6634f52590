package dev.whisker.trainer.kernels;

import static org.bytedeco.openblas.global.openblas.CblasLower;
import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dpotrf;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dpotri;
import static org.bytedeco.openblas.global.openblas.LAPACK_ROW_MAJOR;
import static org.bytedeco.openblas.global.openblas.cblas_ssyrk;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Ridge regression of one target a class (1 for it, -1 for the others), with the penalty that has
 * the least error when each row is left out in turn.
 *
 * <p>In its dual form, {@code w = Xᵀ (X Xᵀ + λ I)⁻¹ y}, as there are more features than rows; the
 * error of row i left out is {@code ((X Xᵀ + λ I)⁻¹ y)ᵢ / ((X Xᵀ + λ I)⁻¹)ᵢᵢ} (R. Rifkin and R.
 * Lippert, "Notes on Regularized Least Squares", MIT-CSAIL-TR-2007-025). Immutable.
 */
final class Ridge {
  private static final double[] PENALTIES = {1, 10, 100, 1e3, 1e4, 1e5};
  private static final float LEAST_DEVIATION = 1e-6f;

  private final float[] mean;
  private final float[] scale;

  /** {@code [classes][features]}. */
  private final float[][] weights;

  private final float[] intercepts;

  /**
   * Fits.
   *
   * @param rows {@code [n][features]}; overwritten
   * @param labels one a row, below {@code classes}
   */
  Ridge(float[][] rows, int[] labels, int classes) {
    int n = rows.length;
    int features = rows[0].length;
    mean = new float[features];
    scale = new float[features];
    standardize(rows);
    double[] kernel = kernel(rows, n, features);
    double[][] targets = new double[classes][n];
    intercepts = new float[classes];
    for (int c = 0; c < classes; c++) {
      double sum = 0;
      for (int i = 0; i < n; i++) {
        targets[c][i] = labels[i] == c ? 1 : -1;
        sum += targets[c][i];
      }
      intercepts[c] = (float) (sum / n);
      for (int i = 0; i < n; i++) {
        targets[c][i] -= intercepts[c];
      }
    }
    double[][] best = null;
    double least = Double.POSITIVE_INFINITY;
    for (double penalty : PENALTIES) {
      double[] inverse = inverse(kernel, n, penalty);
      double[][] dual = new double[classes][n];
      double error = 0;
      for (int c = 0; inverse != null && c < classes; c++) {
        for (int i = 0; i < n; i++) {
          double sum = 0;
          for (int j = 0; j < n; j++) {
            sum += inverse[i * n + j] * targets[c][j];
          }
          dual[c][i] = sum;
          error += Math.pow(sum / inverse[i * n + i], 2);
        }
      }
      if (inverse != null && error < least) {
        least = error;
        best = dual;
      }
    }
    weights = new float[classes][features];
    for (int c = 0; c < classes; c++) {
      for (int i = 0; i < n; i++) {
        float factor = (float) best[c][i];
        for (int f = 0; f < features; f++) {
          weights[c][f] += factor * rows[i][f];
        }
      }
    }
  }

  /** The class with the largest value; {@code row} is overwritten. */
  int classify(float[] row) {
    for (int f = 0; f < row.length; f++) {
      row[f] = (row[f] - mean[f]) * scale[f];
    }
    int best = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < weights.length; c++) {
      double sum = intercepts[c];
      for (int f = 0; f < row.length; f++) {
        sum += weights[c][f] * row[f];
      }
      if (sum > most) {
        most = sum;
        best = c;
      }
    }
    return best;
  }

  private void standardize(float[][] rows) {
    int n = rows.length;
    double[] sums = new double[mean.length];
    double[] squares = new double[mean.length];
    for (float[] row : rows) {
      for (int f = 0; f < row.length; f++) {
        sums[f] += row[f];
        squares[f] += (double) row[f] * row[f];
      }
    }
    for (int f = 0; f < mean.length; f++) {
      double average = sums[f] / n;
      double deviation = Math.sqrt(Math.max(0, squares[f] / n - average * average));
      mean[f] = (float) average;
      scale[f] = deviation < LEAST_DEVIATION ? 0 : (float) (1 / deviation);
    }
    for (float[] row : rows) {
      for (int f = 0; f < row.length; f++) {
        row[f] = (row[f] - mean[f]) * scale[f];
      }
    }
  }

  /** {@code X Xᵀ}, both halves. */
  private static double[] kernel(float[][] rows, int n, int features) {
    try (FloatPointer x = new FloatPointer((long) n * features);
        FloatPointer product = new FloatPointer((long) n * n)) {
      for (int i = 0; i < n; i++) {
        x.position((long) i * features).put(rows[i]);
      }
      x.position(0);
      cblas_ssyrk(
          CblasRowMajor, CblasLower, CblasNoTrans, n, features, 1, x, features, 0, product, n);
      float[] lower = new float[n * n];
      product.get(lower);
      double[] kernel = new double[n * n];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j <= i; j++) {
          kernel[i * n + j] = lower[i * n + j];
          kernel[j * n + i] = lower[i * n + j];
        }
      }
      return kernel;
    }
  }

  /** The inverse of {@code kernel + penalty I}, both halves; null: it is not positive definite. */
  private static double[] inverse(double[] kernel, int n, double penalty) {
    try (DoublePointer matrix = new DoublePointer(kernel)) {
      for (int i = 0; i < n; i++) {
        long at = (long) i * n + i;
        matrix.put(at, matrix.get(at) + penalty);
      }
      if (LAPACKE_dpotrf(LAPACK_ROW_MAJOR, (byte) 'L', n, matrix, n) != 0
          || LAPACKE_dpotri(LAPACK_ROW_MAJOR, (byte) 'L', n, matrix, n) != 0) {
        return null;
      }
      double[] inverse = new double[n * n];
      matrix.get(inverse);
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < i; j++) {
          inverse[j * n + i] = inverse[i * n + j];
        }
      }
      return inverse;
    }
  }
}
