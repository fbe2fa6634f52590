package dev.whisker.trainer.report;

/**
 * Something that a page tells with its name.
 *
 * @param name what it is
 * @param value as text
 */
record Named(String name, String value) {}
