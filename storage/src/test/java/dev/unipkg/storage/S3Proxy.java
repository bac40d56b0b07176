package dev.unipkg.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// A real S3 server in a process of its own, keeping its objects in a folder that goes when this process goes. Made
/// once, shared by all tests; each uses buckets of its own.
public final class S3Proxy {

    public static final StorageConfig.Credentials CREDENTIALS =
            new StorageConfig.Credentials("tester", "a secret of tests");

    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Path JAR = Path.of("target", "s3proxy", "s3proxy.jar");

    private final URI endpoint;
    private final Path objects;

    private S3Proxy(URI endpoint, Path objects) {
        this.endpoint = endpoint;
        this.objects = objects;
    }

    private static final class Started {
        private static final S3Proxy INSTANCE = start();
    }

    public static S3Proxy running() {
        return Started.INSTANCE;
    }

    public URI endpoint() {
        return endpoint;
    }

    /// The folder that the server keeps an object of each key of a bucket in.
    public Path objects(String bucket) {
        return objects.resolve(bucket);
    }

    private static S3Proxy start() {
        try {
            int port = freePort();
            URI endpoint = URI.create("http://127.0.0.1:" + port);
            Path home = Files.createTempDirectory("s3proxy");
            Path objects = Files.createDirectory(home.resolve("objects"));
            Path settings = Files.write(
                    home.resolve("s3proxy.conf"),
                    List.of(
                            "s3proxy.endpoint=" + endpoint,
                            "s3proxy.authorization=aws-v2-or-v4",
                            "s3proxy.identity=" + CREDENTIALS.accessKey(),
                            "s3proxy.credential=" + CREDENTIALS.secretKey(),
                            "jclouds.provider=filesystem-nio2",
                            "jclouds.filesystem.basedir=" + objects));
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx384m",
                            "-jar",
                            JAR.toString(),
                            "--properties",
                            settings.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(home.resolve("log").toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process, home)));
            awaitAnswer(process, port, home.resolve("log"));
            return new S3Proxy(endpoint, objects);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void awaitAnswer(Process process, int port, Path log) throws IOException {
        Instant deadline = Instant.now().plus(START_TIMEOUT);
        while (true) {
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException e) {
                if (!process.isAlive() || Instant.now().isAfter(deadline)) {
                    throw new IOException("S3Proxy does not answer; it said: " + Files.readString(log), e);
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while S3Proxy starts", e);
        }
    }

    private static void stop(Process process, Path home) {
        process.destroyForcibly();
        try {
            process.waitFor();
            Folders.delete(home);
        } catch (IOException | InterruptedException e) {
            System.err.println("could not tidy up after S3Proxy: " + e);
        }
    }
}
