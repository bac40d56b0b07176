package dev.unipkg.storage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A real S3 server in a process of its own, keeping its objects in a folder that goes when this process goes. Made
/// once, shared by all tests; each uses buckets of its own.
public final class S3Proxy {

    public static final StorageConfig.Credentials CREDENTIALS =
            new StorageConfig.Credentials("tester", "a secret of tests");

    private static final Pattern LISTENING = Pattern.compile("Started .*ServerConnector.*:([0-9]+)}");
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
            Path home = Files.createTempDirectory("s3proxy");
            Path objects = Files.createDirectory(home.resolve("objects"));
            Path settings = Files.write(
                    home.resolve("s3proxy.conf"),
                    List.of(
                            "s3proxy.endpoint=http://127.0.0.1:0",
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
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process, home)));
            return new S3Proxy(URI.create("http://127.0.0.1:" + awaitPort(process)), objects);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String awaitPort(Process process) throws IOException {
        BufferedReader log = process.inputReader();
        StringBuilder said = new StringBuilder();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            Matcher listening = LISTENING.matcher(line);
            if (listening.find()) {
                Thread.ofPlatform().daemon().start(() -> drain(log));
                return listening.group(1);
            }
            said.append(line).append('\n');
        }
        throw new IOException("S3Proxy ended; it said: " + said);
    }

    // A server whose log nobody reads stops when the pipe is full.
    private static void drain(BufferedReader log) {
        try {
            log.transferTo(Writer.nullWriter());
        } catch (IOException e) {
            // The server is being stopped.
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
