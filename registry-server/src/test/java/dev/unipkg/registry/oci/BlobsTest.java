package dev.unipkg.registry.oci;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import dev.unipkg.format.Digest;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.content.RegistryState;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ExtractableResponse;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class BlobsTest {

    @Inject
    TestKeys keys;

    @Inject
    RegistryState state;

    private Pusher pusher = new Pusher("", "");
    private byte[] bytes = new byte[0];
    private Digest digest = Digest.of(bytes);

    @BeforeEach
    void makeABlob(TestInfo test) {
        pusher = new Pusher(keys.publisher("blobs"), "blobs/repository");
        bytes = new byte[10_000];
        new Random(test.getDisplayName().hashCode()).nextBytes(bytes);
        digest = Digest.of(bytes);
    }

    @Test
    void aBlobPushedInOneRequestIsServedWithItsDigestSizeAndCacheHeaders() {
        pusher.tryBlob(digest, bytes)
                .statusCode(201)
                .header("Location", "/v2/blobs/repository/blobs/" + digest)
                .header("Docker-Content-Digest", digest.toString());
        for (int i = 0; i < 2; i++) {
            Response response = get(null);
            response.then()
                    .statusCode(200)
                    .header("Docker-Content-Digest", digest.toString())
                    .header("Content-Length", "10000")
                    .header("ETag", "\"" + digest + "\"")
                    .header("Cache-Control", "public, max-age=31536000, immutable");
            assertThat(response.asByteArray()).isEqualTo(bytes);
        }
    }

    @Test
    void headTellsTheSizeAndSendsNothing() {
        pusher.blob(bytes);
        for (int i = 0; i < 2; i++) {
            given().head(path())
                    .then()
                    .statusCode(200)
                    .header("Content-Length", "10000")
                    .header("Docker-Content-Digest", digest.toString());
        }
    }

    @Test
    void aClientThatHasTheBlobIsToldSo() {
        pusher.blob(bytes);
        for (int i = 0; i < 2; i++) {
            for (RequestSpecification client : List.of(given(), pusher.request())) {
                for (String method : List.of("HEAD", "GET")) {
                    given().spec(client)
                            .header("If-None-Match", "\"other\", \"" + digest + "\"")
                            .request(method, path())
                            .then()
                            .statusCode(304)
                            .header("ETag", "\"" + digest + "\"");
                }
            }
        }
    }

    @Test
    void rangesOfABlobAreServedBeforeAndAfterTheFirstWholeDownload() {
        pusher.blob(bytes);
        for (int i = 0; i < 2; i++) {
            requireRange("bytes=500-1499", 500, 1500);
            requireRange("bytes=500-", 500, 10_000);
            requireRange("bytes=-500", 9500, 10_000);
            requireRange("bytes=9999-20000", 9999, 10_000);
            get("bytes=10000-")
                    .then()
                    .statusCode(416)
                    .contentType("application/json")
                    .header("Content-Range", "bytes */10000")
                    .body("errors[0].detail.refusal", equalTo("no-such-range"));
            get("bytes=500-0").then().statusCode(416);
            get("lines=1-2").then().statusCode(200);
            given().header("Range", "bytes=0-9")
                    .header("If-Range", "\"other\"")
                    .get(path())
                    .then()
                    .statusCode(200);
        }
    }

    @Test
    void anEmptyBlobIsABlob() {
        Digest empty = pusher.blob(new byte[0]);
        for (int i = 0; i < 2; i++) {
            given().get(pusher.path("blobs/" + empty)).then().statusCode(200).header("Content-Length", "0");
        }
    }

    @Test
    void aBlobThatIsAbsentOrInAnotherRepositoryOnlyIsNotFound() {
        pusher.blob(bytes);
        given().get("/v2/blobs/other/blobs/" + digest)
                .then()
                .statusCode(404)
                .body("errors[0].code", equalTo("BLOB_UNKNOWN"));
        given().head("/v2/blobs/other/blobs/" + digest).then().statusCode(404);
        given().get(pusher.path("blobs/sha256:abc"))
                .then()
                .statusCode(400)
                .body("errors[0].code", equalTo("DIGEST_INVALID"));
    }

    @Test
    void bytesOfAnotherDigestAreRefusedAndNotStored() {
        RegistryState.Snapshot before = state.snapshot();
        pusher.tryBlob(Digest.of(new byte[] {1}), bytes)
                .statusCode(400)
                .body("errors[0].code", equalTo("DIGEST_INVALID"))
                .body("errors[0].detail.refusal", equalTo("digest-mismatch"));
        assertThat(state.snapshot()).isEqualTo(before);
    }

    @Test
    void anUploadNeedsAKeyOfTheNamespace() {
        RegistryState.Snapshot before = state.snapshot();
        given().post("/v2/blobs/repository/blobs/uploads/")
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", startsWith("Bearer realm="))
                .body("errors[0].code", equalTo("UNAUTHORIZED"));
        new Pusher(keys.publisher("strangers"), "blobs/repository")
                .tryBlob(digest, bytes)
                .statusCode(403)
                .body("errors[0].code", equalTo("DENIED"));
        assertThat(state.snapshot()).isEqualTo(before);
    }

    @Test
    void aNameOutsideTheGrammarIsRefusedWithItsRule() {
        new Pusher(keys.administrator(), "blobs/Wrong_Name")
                .tryBlob(digest, bytes)
                .statusCode(400)
                .body("errors[0].code", equalTo("NAME_INVALID"))
                .body("errors[0].detail.field", equalTo("name"))
                .body("errors[0].detail.rule", startsWith("lowercase letters and digits"));
    }

    @Test
    void aSessionTakesTheBlobInOnePut() {
        String session = begin();
        pusher.request()
                .body(bytes)
                .contentType("application/octet-stream")
                .put(session + "?digest=" + digest)
                .then()
                .statusCode(201)
                .header("Location", pusher.path("blobs/" + digest));
        assertThat(get(null).asByteArray()).isEqualTo(bytes);
        pusher.request().get(session).then().statusCode(404);
    }

    @Test
    void aSessionTakesChunksInOrderAndTellsWhereItStands() {
        String session = begin();
        chunk(session, 0, 3000).then().statusCode(202).header("Range", "0-2999");
        chunk(session, 5000, 6000)
                .then()
                .statusCode(416)
                .header("Range", "0-2999")
                .header("Location", session)
                .body("errors[0].code", equalTo("BLOB_UPLOAD_INVALID"));
        pusher.request().get(session).then().statusCode(204).header("Range", "0-2999");
        chunk(session, 3000, 7000).then().statusCode(202).header("Range", "0-6999");
        pusher.request()
                .contentType("application/octet-stream")
                .header("Content-Range", "7000-9999")
                .body(Arrays.copyOfRange(bytes, 7000, 10_000))
                .put(session + "?digest=" + digest)
                .then()
                .statusCode(201);
        assertThat(get(null).asByteArray()).isEqualTo(bytes);
    }

    @Test
    void aChunkWhoseRangeIsNoneOrOfAnotherLengthIsRefused() {
        String session = begin();
        pusher.request()
                .contentType("application/octet-stream")
                .header("Content-Range", "bytes 0-9/10")
                .body(new byte[10])
                .patch(session)
                .then()
                .statusCode(400)
                .body("errors[0].detail.field", equalTo("Content-Range"));
        pusher.request()
                .contentType("application/octet-stream")
                .header("Content-Range", "0-99")
                .body(new byte[10])
                .patch(session)
                .then()
                .statusCode(400);
        pusher.request().delete(session).then().statusCode(204);
    }

    @Test
    void aChunkThatNothingButItsRangeGivesALengthHasThatLength() throws IOException {
        for (String range : new String[] {"0-99", "0-4"}) {
            String session = begin();
            assertThat(chunked(session, range)).startsWith("HTTP/1.1 400 ").contains("_INVALID");
            assertThat(pusher.request().get(session).header("Range")).isIn("0-9", "0-4");
            pusher.request().delete(session).then().statusCode(204);
        }
        String session = begin();
        assertThat(chunked(session, "0-9")).startsWith("HTTP/1.1 202 ");
        assertThat(chunked(session, "10-5")).startsWith("HTTP/1.1 400 ").contains("Content-Range");
        pusher.request().delete(session).then().statusCode(204);
    }

    /// Sends ten bytes without saying beforehand how many they are.
    private String chunked(String session, String range) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("PATCH " + session + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
                                    + pusher.key() + "\r\nContent-Range: " + range
                                    + "\r\nTransfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n0\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aNamespaceWithTooManyUploadsIsToldWhenToComeBack() {
        Pusher crowd = new Pusher(keys.publisher("crowd"), "crowd/repository");
        List<String> sessions = new ArrayList<>();
        ExtractableResponse<Response> begun = begin(crowd);
        while (begun.statusCode() == 202 && sessions.size() < 300) {
            sessions.add(begun.header("Location"));
            begun = begin(crowd);
        }
        assertThat(begun.statusCode()).isEqualTo(429);
        assertThat(begun.header("Retry-After")).matches("[0-9]+");
        sessions.forEach(session -> crowd.request().delete(session).then().statusCode(204));
    }

    private static ExtractableResponse<Response> begin(Pusher pusher) {
        return pusher.request().post(pusher.path("blobs/uploads/")).then().extract();
    }

    @Test
    void aSessionThatEndsWithAnotherDigestLeavesNothing() {
        RegistryState.Snapshot before = state.snapshot();
        String session = begin();
        chunk(session, 0, 10_000).then().statusCode(202);
        pusher.request()
                .put(session + "?digest=" + Digest.of(new byte[] {1}))
                .then()
                .statusCode(400)
                .body("errors[0].code", equalTo("DIGEST_INVALID"));
        pusher.request().get(session).then().statusCode(404);
        assertThat(state.snapshot()).isEqualTo(before);
    }

    @Test
    void aCancelledSessionIsGone() {
        RegistryState.Snapshot before = state.snapshot();
        String session = begin();
        chunk(session, 0, 100).then().statusCode(202);
        pusher.request().delete(session).then().statusCode(204);
        pusher.request().get(session).then().statusCode(404).body("errors[0].code", equalTo("BLOB_UPLOAD_UNKNOWN"));
        assertThat(state.snapshot()).isEqualTo(before);
    }

    @Test
    void aSessionBelongsToItsRepository() {
        String session = begin();
        pusher.request().get(session.replace("repository", "other")).then().statusCode(404);
        pusher.request().delete(session).then().statusCode(204);
    }

    @Test
    void aBlobIsMountedFromAnotherRepositoryWithoutSendingItAgain() {
        pusher.blob(bytes);
        Pusher other = new Pusher(pusher.key(), "blobs/mounting");
        other.request()
                .post(other.path("blobs/uploads/?mount=" + digest + "&from=blobs/repository"))
                .then()
                .statusCode(201)
                .header("Location", other.path("blobs/" + digest));
        assertThat(given().get(other.path("blobs/" + digest)).asByteArray()).isEqualTo(bytes);
    }

    @Test
    void aMountOfWhatTheSourceDoesNotHoldBeginsAnUpload() {
        for (String from : new String[] {"blobs/nothing", "Not_A_Name", "kernels/nanos"}) {
            String session = pusher.request()
                    .post(pusher.path("blobs/uploads/?mount=" + digest + "&from=" + from))
                    .then()
                    .statusCode(202)
                    .extract()
                    .header("Location");
            pusher.request().delete(session).then().statusCode(204);
        }
    }

    @Test
    void aDeletedBlobIsGoneAtOnceFromItsRepositoryAlone() {
        byte[] shared = "shared".getBytes(StandardCharsets.UTF_8);
        Digest sharedDigest = pusher.blob(shared);
        Pusher other = new Pusher(pusher.key(), "blobs/sharing");
        other.blob(shared);
        given().get(pusher.path("blobs/" + sharedDigest)).then().statusCode(200);

        pusher.request().delete(pusher.path("blobs/" + sharedDigest)).then().statusCode(202);
        given().get(pusher.path("blobs/" + sharedDigest)).then().statusCode(404);
        given().get(other.path("blobs/" + sharedDigest)).then().statusCode(200);
        other.request().delete(other.path("blobs/" + sharedDigest)).then().statusCode(202);
        other.request().delete(other.path("blobs/" + sharedDigest)).then().statusCode(404);
    }

    @Test
    void anUploadThatIsCutOffLeavesNothing() throws Exception {
        RegistryState.Snapshot before = state.snapshot();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port)) {
            String head = "POST " + pusher.path("blobs/uploads/?digest=" + digest) + " HTTP/1.1\r\nHost: localhost\r\n"
                    + "Authorization: Bearer " + pusher.key() + "\r\nContent-Length: 10000\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(bytes, 0, 5000);
            socket.getOutputStream().flush();
            assertThat(state.snapshotOnce(now -> !now.unfinished().equals(before.unfinished())))
                    .isNotEqualTo(before);
        }
        // The server notices in its own time; what it must not do is to keep anything.
        assertThat(state.snapshotOnce(before::equals)).isEqualTo(before);
        given().head(path()).then().statusCode(404);
    }

    private String begin() {
        return pusher.request()
                .post(pusher.path("blobs/uploads/"))
                .then()
                .statusCode(202)
                .header("Range", "0-0")
                .extract()
                .header("Location");
    }

    private Response chunk(String session, int from, int to) {
        return pusher.request()
                .contentType("application/octet-stream")
                .header("Content-Range", from + "-" + (to - 1))
                .body(Arrays.copyOfRange(bytes, from, to))
                .patch(session);
    }

    private void requireRange(String range, int from, int to) {
        Response response = get(range);
        response.then()
                .statusCode(206)
                .header("Content-Range", "bytes " + from + "-" + (to - 1) + "/10000")
                .header("Content-Length", Integer.toString(to - from));
        assertThat(response.asByteArray()).isEqualTo(Arrays.copyOfRange(bytes, from, to));
    }

    private Response get(@Nullable String range) {
        return range == null
                ? given().get(path())
                : given().header("Range", range).get(path());
    }

    private String path() {
        return pusher.path("blobs/" + digest);
    }
}
