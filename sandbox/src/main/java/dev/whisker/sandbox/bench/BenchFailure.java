package dev.whisker.sandbox.bench;

/**
 * Something that could not be measured, while the rest was.
 *
 * @param part the part of the benchmark, as its figures are called
 * @param point what of it
 * @param message why, for people
 */
public record BenchFailure(String part, String point, String message) {}
