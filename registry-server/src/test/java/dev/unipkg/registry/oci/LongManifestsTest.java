package dev.unipkg.registry.oci;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.checks.PushedManifest;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// However many long manifests are on their way to readers that do not read, the memory does not hold them.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class LongManifestsTest {

    private static final int READERS = 12;

    /// As many as are read in a few seconds.
    private static final int READ_WHOLE = 3;

    @TestHTTPResource
    URI server;

    @Inject
    TestKeys keys;

    @Test
    void whoDoesNotReadThemCostsNoMemoryAndWhoDoesGetsThemWhole() throws IOException {
        Pusher pusher = new Pusher(keys.publisher("long"), "long/manifests");
        List<Digest> manifests = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            manifests.add(push(pusher, i));
        }
        List<Socket> readers = new ArrayList<>();
        try {
            long before = usedBytes();
            for (Digest manifest : manifests) {
                readers.add(ask(pusher.path("manifests/" + manifest)));
            }
            for (Socket reader : readers) {
                assertThat(reader.getInputStream().read()).isEqualTo('H');
            }
            assertThat(usedBytes() - before).isLessThan(READERS * (long) PushedManifest.MAX_BYTES / 3);

            for (int i = 0; i < READ_WHOLE; i++) {
                assertThat(body(readers.get(i).getInputStream())).isEqualTo(manifests.get(i));
            }
        } finally {
            for (Socket reader : readers) {
                reader.close();
            }
        }
    }

    @Test
    void aLongManifestIsDescribedAsAShortOneIs() {
        Pusher pusher = new Pusher(keys.publisher("long"), "long/described");
        Digest manifest = push(pusher, READERS);
        String path = pusher.path("manifests/" + manifest);
        for (int asked = 0; asked < 2; asked++) {
            given().head(path)
                    .then()
                    .statusCode(200)
                    .contentType(MediaTypes.IMAGE_MANIFEST)
                    .header("Content-Length", Integer.toString(PushedManifest.MAX_BYTES))
                    .header("Docker-Content-Digest", manifest.toString());
            given().get(path).then().contentType(MediaTypes.IMAGE_MANIFEST).header("ETag", "\"" + manifest + "\"");
            given().header("If-None-Match", "\"" + manifest + "\"")
                    .get(path)
                    .then()
                    .statusCode(304);
        }
        pusher.request().delete(path).then().statusCode(202);
        given().get(path).then().statusCode(404);
    }

    /// One of the largest size, different from the others.
    private static Digest push(Pusher pusher, int number) {
        Digest config = pusher.blob(Integer.toString(number).getBytes(StandardCharsets.UTF_8));
        String manifest = """
                {"schemaVersion": 2, "mediaType": "%s", "layers": [],
                 "config": {"mediaType": "application/x-none", "digest": "%s", "size": %d}}""".formatted(
                MediaTypes.IMAGE_MANIFEST, config, Integer.toString(number).length());
        byte[] bytes = Arrays.copyOf(manifest.getBytes(StandardCharsets.US_ASCII), PushedManifest.MAX_BYTES);
        Arrays.fill(bytes, manifest.length(), bytes.length, (byte) ' ');
        Digest digest = Digest.of(bytes);
        pusher.manifest(digest.toString(), bytes).statusCode(201);
        return digest;
    }

    private Socket ask(String path) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(30_000);
        socket.setReceiveBufferSize(64 << 10);
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /// Hashes the body of an answer.
    private static Digest body(InputStream answer) throws IOException {
        InputStream in = new BufferedInputStream(answer);
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        return Digest.of(in.readNBytes(PushedManifest.MAX_BYTES));
    }

    private static long usedBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
