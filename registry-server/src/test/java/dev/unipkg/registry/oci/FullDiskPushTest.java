package dev.unipkg.registry.oci;

import static io.restassured.RestAssured.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.content.ScratchFile;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A push to a registry whose disk has no room for it. The disk is real and small: a tmpfs.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
@TestProfile(FullDiskPushTest.SmallDisk.class)
class FullDiskPushTest {

    private static final int MIB = 1 << 20;

    /// 64 MiB of it are the store's reserve.
    private static final int DISK_MIB = 96;

    public static final class SmallDisk implements QuarkusTestProfile {
        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(Mounted.class));
        }
    }

    /// Mounts the data folder, or leaves it where it is and the tests to skip.
    public static final class Mounted implements QuarkusTestResourceLifecycleManager {

        static boolean there;
        private Path folder = Path.of("");

        @Override
        public int order() {
            return 1;
        }

        @Override
        public Map<String, String> start() {
            try {
                folder = Files.createTempDirectory(Path.of("target"), "disk-").toAbsolutePath();
                there = run("mount", "-t", "tmpfs", "-o", "size=" + DISK_MIB + "m", "tmpfs", folder.toString());
                return there ? Map.of("unipkg.data", folder.toString()) : Map.of();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void stop() {
            if (there) {
                run("umount", "--lazy", folder.toString());
            }
        }

        private static boolean run(String... command) {
            try {
                return new ProcessBuilder(command).start().waitFor() == 0;
            } catch (IOException e) {
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    @Inject
    TestKeys keys;

    @TestHTTPResource
    URI server;

    private Pusher pusher = new Pusher("", "");

    @BeforeEach
    void requireDisk() {
        assumeTrue(Mounted.there, "a full disk is tried on a small tmpfs, and only root may mount one");
        pusher = new Pusher(keys.publisher("fulldisk"), "fulldisk/blobs");
    }

    @Test
    void blobThatDoesNotFitIsAnsweredWithWhatIsMissingAndNothingOfItStays() throws Exception {
        Digest there = pusher.blob(new byte[] {1, 2, 3});
        long free = freeBytes();
        byte[] large = new byte[40 * MIB];

        HttpResponse<String> refused = push(
                "POST", pusher.path("blobs/uploads/?digest=" + Digest.of(large)), BodyPublishers.ofByteArray(large));

        assertThat(refused.statusCode()).isEqualTo(507);
        assertThat(refused.body())
                .contains("\"refusal\":\"disk-full\"")
                .contains("no room for " + large.length + " bytes: ")
                .contains((large.length - free) + " bytes are missing");
        assertStillReads(there, free);
    }

    @Test
    void uploadThatFillsTheDiskEndsAndFreesItsBytes() throws Exception {
        Digest there = pusher.blob(new byte[] {4, 5, 6});
        long free = freeBytes();
        String session = pusher.request()
                .post(pusher.path("blobs/uploads/"))
                .then()
                .statusCode(202)
                .extract()
                .header("Location");

        HttpResponse<String> refused = push("PATCH", session, BodyPublishers.ofByteArray(new byte[40 * MIB]));

        assertThat(refused.statusCode()).isEqualTo(507);
        assertThat(refused.body()).contains("\"refusal\":\"disk-full\"", "no room for " + 40 * MIB + " bytes: ");
        pusher.request().get(session).then().statusCode(404);
        assertStillReads(there, free);
    }

    @Test
    void fullDiskIsReadyAndSaysSo() throws Exception {
        Path others = Files.createTempFile(data(), "others", "");
        try {
            Files.write(others, new byte[(int) freeBytes() + MIB]);

            get("/health/ready")
                    .then()
                    .statusCode(200)
                    .body("status", equalTo("UP"))
                    .body("checks.find { it.name == 'blob store' }.data.full", equalTo(true))
                    .body("checks.find { it.name == 'blob store' }.data.freeBytes", equalTo(0));
        } finally {
            Files.delete(others);
        }
        get("/health/ready")
                .then()
                .body("checks.find { it.name == 'blob store' }.data.full", equalTo(false))
                .body("checks.find { it.name == 'blob store' }.data.freeBytes", greaterThan(MIB));
    }

    @Test
    void pushByOpsLeavesTheReserveWhetherItsLengthIsKnownOrNot() throws Exception {
        long free = freeBytes();
        byte[] form = new byte[40 * MIB];
        byte[] head = "--B\r\nContent-Disposition: form-data; name=package; filename=a\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(head, 0, form, 0, head.length);

        for (BodyPublisher body : List.of(
                BodyPublishers.ofByteArray(form), BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(form)))) {
            HttpRequest request = HttpRequest.newBuilder(server.resolve("/packages/create"))
                    .header("x-api-key", pusher.key())
                    .header("Content-Type", "multipart/form-data; boundary=B")
                    .POST(body)
                    .build();
            try (HttpClient client = HttpClient.newHttpClient()) {
                HttpResponse<String> refused = client.send(request, BodyHandlers.ofString());
                assertThat(refused.statusCode()).isEqualTo(507);
                assertThat(refused.body()).contains("disk-full", "has no room for");
            }
        }
        assertThat(freeBytes()).isBetween(free - MIB, free + MIB);
    }

    @Test
    void scratchFileStopsAtTheReserve() throws Exception {
        Path scratch = data().resolve("scratch");
        byte[] piece = new byte[64 << 10];
        try (OutputStream out = ScratchFile.open(scratch)) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < DISK_MIB * 16; i++) {
                            out.write(piece);
                        }
                    })
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            e -> assertThat(e.refusal()).isInstanceOf(ContentRefusal.DiskFull.class));
            assertThat(data().toFile().getUsableSpace()).isGreaterThan(62L * MIB);
        } finally {
            Files.delete(scratch);
        }
    }

    private static Path data() {
        return Path.of(
                org.eclipse.microprofile.config.ConfigProvider.getConfig().getValue("unipkg.data", String.class));
    }

    private static long freeBytes() {
        return get("/health/ready").jsonPath().getLong("checks.find { it.name == 'blob store' }.data.freeBytes");
    }

    private void assertStillReads(Digest there, long free) {
        pusher.request().get(pusher.path("blobs/" + there)).then().statusCode(200);
        assertThat(freeBytes()).isBetween(free - MIB, free + MIB);
    }

    /// Past REST Assured, which needs many times the size of a body.
    private HttpResponse<String> push(String method, String path, BodyPublisher body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(server.resolve(path))
                .header("Authorization", "Bearer " + pusher.key())
                .header("Content-Type", "application/octet-stream")
                .method(method, body)
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofString());
        }
    }
}
