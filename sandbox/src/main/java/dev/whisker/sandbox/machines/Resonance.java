package dev.whisker.sandbox.machines;

/**
 * Damped structural mode that rings after an impulse.
 *
 * <p>The impulse response is {@code exp(-d w t) sin(w sqrt(1 - d d) t)} for the natural angular
 * frequency w and the damping ratio d. A complex state that turns and shrinks by a constant factor
 * per sample gives this response exactly, also for impulses between two samples. Not thread-safe.
 */
final class Resonance {

  private final double decayPerSecond;
  private final double ringRadiansPerSecond;
  private final double turnReal;
  private final double turnImaginary;
  private final double noiseScale;
  private double real;
  private double imaginary;

  Resonance(double naturalHz, double dampingRatio, double sampleSeconds) {
    double natural = 2.0 * Math.PI * naturalHz;
    this.decayPerSecond = dampingRatio * natural;
    this.ringRadiansPerSecond = natural * Math.sqrt(1.0 - dampingRatio * dampingRatio);
    double shrink = StrictMath.exp(-decayPerSecond * sampleSeconds);
    this.turnReal = shrink * StrictMath.cos(ringRadiansPerSecond * sampleSeconds);
    this.turnImaginary = shrink * StrictMath.sin(ringRadiansPerSecond * sampleSeconds);
    // White input of this scale gives the imaginary part about unit variance.
    this.noiseScale = Math.sqrt(2.0 * (1.0 - shrink * shrink));
  }

  /** Adds the response to an impulse that happened {@code ageSeconds} before this sample. */
  void strike(double amplitude, double ageSeconds) {
    double size = amplitude * StrictMath.exp(-decayPerSecond * ageSeconds);
    real += size * StrictMath.cos(ringRadiansPerSecond * ageSeconds);
    imaginary += size * StrictMath.sin(ringRadiansPerSecond * ageSeconds);
  }

  /**
   * Advances by one sample under broadband excitation.
   *
   * @param excitation white noise; its standard deviation becomes that of the response
   * @return the response
   */
  double next(double excitation) {
    double nextReal = real * turnReal - imaginary * turnImaginary + noiseScale * excitation;
    imaginary = real * turnImaginary + imaginary * turnReal;
    real = nextReal;
    return imaginary;
  }
}
