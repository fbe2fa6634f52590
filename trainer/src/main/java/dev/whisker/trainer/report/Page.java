package dev.whisker.trainer.report;

import com.github.mustachejava.DefaultMustacheFactory;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A page made from a template; everything that the template does not ask for as it is, is escaped.
 */
final class Page {
  /** The file in the folder of a report. */
  static final String FILE = "index.html";

  private static final String TEMPLATES = "dev/whisker/trainer/report/";

  private Page() {}

  /** The page. */
  static String of(String template, Object view) {
    StringWriter page = new StringWriter();
    new DefaultMustacheFactory(TEMPLATES).compile(template + ".mustache").execute(page, view);
    return page.toString();
  }

  /**
   * Writes a page into a folder, which is made if need be: beside the file first, then moved over
   * it.
   *
   * @return the file
   * @throws UncheckedIOException if that fails
   */
  static Path write(Path folder, String page) {
    Path file = folder.resolve(FILE);
    try {
      Files.createDirectories(folder);
      Path part = folder.resolve(FILE + ".part");
      Files.writeString(part, page);
      return Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("The report " + file + " cannot be written: " + e, e);
    }
  }
}
