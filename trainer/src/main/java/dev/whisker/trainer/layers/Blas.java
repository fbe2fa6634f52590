package dev.whisker.trainer.layers;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.blas_set_num_threads;
import static org.bytedeco.openblas.global.openblas.cblas_sgemm;
import static org.bytedeco.openblas.global.openblas.cblas_sgemv;

import org.bytedeco.javacpp.FloatPointer;

/**
 * Products of row-major matrices outside the heap, by OpenBLAS on the calling thread. Every pointer
 * stands at its matrix' first element. May be called by several threads at once.
 */
final class Blas {
  static {
    // Whoever calls has threads of its own; OpenBLAS's would wait for each other in every product.
    blas_set_num_threads(1);
  }

  private Blas() {}

  /**
   * {@code c = a bᵀ + beta c}.
   *
   * @param a {@code [m][k]}
   * @param b {@code [n][k]}
   * @param c {@code [m][n]}
   */
  static void timesTransposed(
      int m, int n, int k, FloatPointer a, FloatPointer b, float beta, FloatPointer c) {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, n, k, 1, a, k, b, k, beta, c, n);
  }

  /**
   * {@code c = a b}.
   *
   * @param a {@code [m][k]}
   * @param b {@code [k][n]}
   * @param c {@code [m][n]}
   */
  static void times(int m, int n, int k, FloatPointer a, FloatPointer b, FloatPointer c) {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, k, b, n, 0, c, n);
  }

  /**
   * {@code c = aᵀ b + beta c}.
   *
   * @param a {@code [k][m]}
   * @param b {@code [k][n]}
   * @param c {@code [m][n]}
   */
  static void transposedTimes(
      int m, int n, int k, FloatPointer a, FloatPointer b, float beta, FloatPointer c) {
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, m, n, k, 1, a, m, b, n, beta, c, n);
  }

  /**
   * {@code y = aᵀ x}.
   *
   * @param a {@code [k][m]}
   */
  static void transposedTimesVector(int m, int k, FloatPointer a, FloatPointer x, FloatPointer y) {
    cblas_sgemv(CblasRowMajor, CblasTrans, k, m, 1, a, m, x, 1, 0, y, 1);
  }
}
