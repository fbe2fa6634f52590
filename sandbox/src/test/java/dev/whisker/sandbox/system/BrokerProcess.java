package dev.whisker.sandbox.system;

import static org.awaitility.Awaitility.await;

import dev.whisker.sandbox.command.SandboxCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** {@code whisker broker} as a process of its own, which can be killed and comes back. */
final class BrokerProcess implements AutoCloseable {
  private final List<String> jvmFlags;
  private final Path folder;
  private final int port;
  private JavaProcess process;

  /** Starts it on a free port; it keeps its topics in a folder. */
  BrokerProcess(Path folder) {
    this(JavaProcess.SHORT_LIVED, folder);
  }

  /** The same with flags of the virtual machine. */
  BrokerProcess(List<String> jvmFlags, Path folder) {
    this.jvmFlags = jvmFlags;
    this.folder = folder;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start();
  }

  String bootstrap() {
    return "localhost:" + port;
  }

  /** Starts it again, where it was before, and waits until it takes requests. */
  void start() {
    process =
        new JavaProcess(
            folder,
            "broker",
            SandboxCommands.class,
            jvmFlags,
            List.of(
                "broker",
                "--port",
                Integer.toString(port),
                "--dir",
                folder.resolve("broker").toString()));
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              if (!process.isAlive()) {
                throw new AssertionError("The broker has ended: " + process.log());
              }
              return process.log().contains("Kafka listens at");
            });
  }

  /** Kills it as {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.kill();
  }

  /** Stops it cleanly. */
  void stop() throws InterruptedException {
    int unused = process.stop();
  }

  /** Stops its clock. */
  void suspend() throws InterruptedException {
    process.suspend();
  }

  /** Lets it go on. */
  void resume() throws InterruptedException {
    process.resume();
  }

  @Override
  public void close() {
    process.close();
  }
}
