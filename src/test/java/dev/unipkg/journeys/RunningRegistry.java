package dev.unipkg.journeys;

import dev.unipkg.journeys.PkgCommand.Result;
import dev.unipkg.kernels.linux.DebianFolder;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// A registry on some backend that runs while the tests of a class run, and the packages that they publish there.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RunningRegistry {

    /// The text of the web server's page.
    static final String ANSWER = "Hello from a machine of its own";

    private static final Random RANDOM = new Random(7);

    @TempDir
    Path folder;

    Backend backend;
    RegistryProcess registry;
    PkgCommand publisher;

    abstract Backend backend() throws IOException, InterruptedException;

    /// Settings of the server beside those of its backend.
    Map<String, String> settings() {
        return Map.of();
    }

    @BeforeAll
    void open() throws IOException, InterruptedException {
        backend = backend();
        registry = RegistryProcess.open(backend, settings());
        publisher = publisherAt(registry.url());
    }

    @AfterAll
    void close() throws IOException, InterruptedException {
        registry.close();
        backend.close();
    }

    /// A client with an empty shelf and no key.
    PkgCommand stranger() {
        return PkgCommand.pkg().at(registry.url());
    }

    /// A client with an empty shelf and the administrator's key.
    PkgCommand publisherAt(String url) {
        PkgCommand client = PkgCommand.pkg().at(url);
        client.runWithInput(registry.administratorKey() + "\n", "login", "--key-stdin")
                .succeeded();
        return client;
    }

    /// Builds and pushes a page.
    ///
    /// @return the digest of the version
    String publishText(String name, String version, String content) throws IOException, InterruptedException {
        built(publisher, name, version, content);
        return printed(publisher.run("push", name + ":" + version));
    }

    void publishWebServer(String name, String version) throws IOException, InterruptedException {
        publishText(name, version, "<title>" + ANSWER + "</title>");
    }

    void publishKernel() throws IOException, InterruptedException {
        publisher
                .run("kernel", "push", "linux", DebianFolder.orSkip().toString())
                .succeeded();
    }

    /// Builds a page on the client's shelf.
    ///
    /// @return the digest of the version
    String built(PkgCommand client, String name, String version, String content)
            throws IOException, InterruptedException {
        return printed(client.run("build", text(name, version, content).toString()));
    }

    /// The result of a command that succeeded.
    static String printed(Result result) {
        return result.succeeded().output().strip();
    }

    /// The source of a package of a static program (busybox's web server) and one page.
    Path text(String name, String version, String content) throws IOException, InterruptedException {
        Path source = Files.createTempDirectory(folder, "source");
        Files.copy(DebianFolder.orSkip().resolve("bin/busybox"), source.resolve("busybox"));
        Files.writeString(source.resolve("index.html"), content);
        Files.writeString(source.resolve("unipkg.yaml"), """
                name: %s
                version: %s
                description: A page, served
                program: /bin/busybox
                args: [httpd, -f, -p, "8080", -h, /srv]
                ports: [8080]
                files:
                  /bin/busybox: busybox
                  /srv/index.html: {from: index.html, layer: config}
                directories: [/tmp]
                memory: 256 MiB
                writable: 8 MiB
                readiness: {http: /, port: 8080}
                """.formatted(name, version));
        return source;
    }

    /// Text that no compressor makes less than half as long.
    static String randomText(int length) {
        StringBuilder text = new StringBuilder(length);
        while (text.length() < length) {
            text.append(Long.toHexString(RANDOM.nextLong()));
        }
        return text.toString();
    }

    /// The exit code of a process that is about to end.
    static int ended(Process process) throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("it did not end within 60 s");
        }
        return process.exitValue();
    }

    static void kill9(Process process) throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
