package dev.whisker.sandbox.bench;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * Runs another class's {@code main} in a process that ends with the one that started it, however
 * that ends: nothing is ever written to its standard input, whose end is the starter's.
 */
public final class Child {
  private static final int ORPHANED = 3;

  private Child() {}

  /**
   * Runs a class.
   *
   * @param arguments the class's name, then its own arguments
   */
  public static void main(String[] arguments) throws ReflectiveOperationException {
    Thread watch = new Thread(Child::endWithStarter, "starter");
    watch.setDaemon(true);
    watch.start();
    try {
      Class.forName(arguments[0])
          .getMethod("main", String[].class)
          .invoke(null, (Object) Arrays.copyOfRange(arguments, 1, arguments.length));
    } catch (InvocationTargetException e) {
      e.getCause().printStackTrace();
      System.exit(1);
    }
  }

  private static void endWithStarter() {
    InputStream in = System.in;
    try {
      while (in.read() >= 0) {
        // Whatever it is, the starter is there.
      }
    } catch (IOException e) {
      // No standard input is like one that has ended.
    }
    Runtime.getRuntime().halt(ORPHANED);
  }
}
