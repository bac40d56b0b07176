package dev.unipkg.registry.upkeep;

import static dev.unipkg.registry.publish.PackageMaker.build;
import static dev.unipkg.registry.publish.PackageMaker.index;
import static dev.unipkg.registry.publish.PackageMaker.publish;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.content.BlobSweep;
import dev.unipkg.registry.content.RegistryState;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.publish.PackageMaker.Build;
import dev.unipkg.registry.rows.Sql;
import dev.unipkg.registry.wiring.TestDatabase;
import dev.unipkg.storage.BlobStore;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The sweep deletes content that nothing pins, in two phases, and nothing else. Time passes by changing rows.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class SweepTest {

    @Inject
    TestKeys keys;

    @Inject
    Sql sql;

    @Inject
    BlobStore store;

    @Inject
    BlobSweep blobs;

    @Inject
    RegistryState state;

    private Pusher pusher = new Pusher("", "");

    @BeforeEach
    void logIn() {
        pusher = new Pusher(keys.publisher("sweeping"), "sweeping/things");
    }

    @Test
    void blobGoesAGraceAfterItsLease() {
        Digest digest = pusher.blob(bytes("never named"));
        long used = usedBytes();
        sweep();
        assertThat(isStored(digest)).isTrue();

        endLease(digest);
        sweep();
        assertThat(isStored(digest)).isTrue();
        given().get(pusher.path("blobs/" + digest)).then().statusCode(404);

        passGrace(digest);
        sweep();
        assertThat(isStored(digest)).isFalse();
        assertThat(usedBytes()).isEqualTo(used - "never named".length());
        pusher.blob(bytes("never named"));
        given().get(pusher.path("blobs/" + digest)).then().statusCode(200);
    }

    @Test
    void blobThatIsPushedAgainAfterItWasCondemnedStays() {
        Digest digest = pusher.blob(bytes("pushed again in time"));
        endLease(digest);
        sweep();
        pusher.blob(bytes("pushed again in time"));
        passGrace(digest);
        sweep();
        given().get(pusher.path("blobs/" + digest)).then().statusCode(200);
    }

    @Test
    void blobOfAPublishedVersionStaysWithoutALease() {
        Build build = build(Arch.X86_64, "published and swept");
        publish(pusher, "1.0", build);
        List<Digest> all =
                build.layers().stream().map(layer -> Digest.of(layer.blob())).toList();
        all.forEach(this::endLease);
        sweep();
        all.forEach(this::passGrace);
        passLease();
        sweep();
        sweep();
        all.forEach(digest -> given().get(pusher.path("blobs/" + digest)).then().statusCode(200));
        given().get(pusher.path("manifests/" + build.digest())).then().statusCode(200);
        given().get(pusher.path("manifests/1.0")).then().statusCode(200);
    }

    @Test
    void buildThatNoVersionNamesGoesAfterItsLease() {
        Build build = build(Arch.X86_64, "never in a version");
        build.push(pusher).statusCode(201);
        Digest layer = Digest.of(build.layers().getFirst().blob());
        endLease(layer);
        sweep();
        given().get(pusher.path("manifests/" + build.digest())).then().statusCode(200);

        passLease();
        sweep();
        given().get(pusher.path("manifests/" + build.digest())).then().statusCode(404);
        passGrace(layer);
        passGrace(build.digest());
        sweep();
        assertThat(isStored(layer)).isFalse();
        assertThat(isStored(build.digest())).isFalse();
        pusher.index("0.1", index("0.1", build))
                .statusCode(404)
                .body("errors[0].detail.refusal", equalTo("absent-content"));
    }

    @Test
    void publishersHeadRenewsABuild() {
        Build build = build(Arch.X86_64, "asked for in time");
        build.push(pusher).statusCode(201);
        passLease();
        pusher.request().head(pusher.path("manifests/" + build.digest())).then().statusCode(200);
        sweep();
        publish(pusher, "0.2", build);
    }

    @Test
    void artifactPushedByDigestAloneStays() {
        byte[] thing = artifact("a thing without a tag", Optional.empty());
        pusher.manifest(Digest.of(thing).toString(), thing).statusCode(201);
        passLease();
        sweep();
        given().get(pusher.path("manifests/" + Digest.of(thing))).then().statusCode(200);
    }

    @Test
    void referrerLivesAsLongAsItsSubject() {
        byte[] thing = artifact("a signed thing", Optional.empty());
        pusher.manifest(Digest.of(thing).toString(), thing).statusCode(201);
        byte[] signature = artifact("its signature", Optional.of(Descriptor.of(MediaTypes.IMAGE_MANIFEST, thing)));
        pusher.manifest(Digest.of(signature).toString(), signature).statusCode(201);
        passLease();
        sweep();
        given().get(pusher.path("manifests/" + Digest.of(signature))).then().statusCode(200);

        pusher.request()
                .delete(pusher.path("manifests/" + Digest.of(thing)))
                .then()
                .statusCode(202);
        given().get(pusher.path("manifests/" + Digest.of(signature))).then().statusCode(404);
        Digest content = Digest.of(bytes("its signature"));
        endLease(content);
        sweep();
        passGrace(content);
        passGrace(Digest.of(signature));
        sweep();
        assertThat(isStored(Digest.of(signature))).isFalse();
        assertThat(isStored(content)).isFalse();
    }

    @Test
    void bytesThatNoRowNamesGoAGraceAfterTheyWereFound() throws IOException {
        byte[] orphan = bytes("left by a crash");
        store.put(Digest.of(orphan), orphan.length, new ByteArrayInputStream(orphan));
        sweep();
        sweep();
        assertThat(isStored(Digest.of(orphan))).isTrue();
        passGrace(Digest.of(orphan));
        sweep();
        assertThat(isStored(Digest.of(orphan))).isFalse();
    }

    @Test
    void sweepThatStoppedBeforeItDeletedIsFinishedByAnother() {
        Digest digest = pusher.blob(bytes("its sweep stopped before the bytes went"));
        endLease(digest);
        sweep();
        passGrace(digest);
        assertThat(blobs.decide().orElseThrow().sizes()).containsKey(digest);
        sweep();
        assertThat(isStored(digest)).isTrue();
        pusher.tryBlob(digest, bytes("its sweep stopped before the bytes went")).statusCode(503);

        passGrace(digest);
        sweep();
        assertThat(isStored(digest)).isFalse();
        pusher.blob(bytes("its sweep stopped before the bytes went"));
    }

    @Test
    void sweepThatStoppedBeforeItForgotIsFinishedByAnother() throws IOException {
        Digest digest = pusher.blob(bytes("its sweep stopped after the bytes went"));
        endLease(digest);
        sweep();
        passGrace(digest);
        assertThat(blobs.decide().orElseThrow().sizes()).containsKey(digest);
        store.delete(digest);
        passGrace(digest);
        sweep();
        pusher.blob(bytes("its sweep stopped after the bytes went"));
        given().get(pusher.path("blobs/" + digest)).then().statusCode(200);
    }

    @Test
    void sweepThatWasOvertakenForgetsNothing() throws IOException {
        Digest digest = pusher.blob(bytes("two sweeps want it"));
        endLease(digest);
        sweep();
        passGrace(digest);
        BlobSweep.Doomed slow = blobs.decide().orElseThrow();
        passGrace(digest);
        BlobSweep.Doomed other = blobs.decide().orElseThrow();
        blobs.delete(slow);
        assertThat(sql.digests("select digest from blob where digest = ?", digest))
                .containsExactly(digest);
        blobs.delete(other);
        assertThat(sql.digests("select digest from blob where digest = ?", digest))
                .isEmpty();
    }

    @Test
    void dryRunChangesNothing() {
        Digest digest = pusher.blob(bytes("would go"));
        endLease(digest);
        sweep();
        passGrace(digest);
        RegistryState.Snapshot before = state.snapshot();
        post("?dry-run=true")
                .statusCode(200)
                .body("dryRun", equalTo(true))
                .body("deleted", equalTo(1))
                .body("bytes", equalTo("would go".length()));
        assertThat(state.snapshot()).isEqualTo(before);
        post("").statusCode(200).body("dryRun", equalTo(false)).body("deleted", equalTo(1));
        assertThat(isStored(digest)).isFalse();
        given().get("/metrics").then().body(containsString("unipkg_sweep_deleted_bytes_total"));
    }

    @Test
    void administratorsAloneSweep() {
        pusher.request().post("/api/v1/upkeep/sweep").then().statusCode(403).contentType("application/problem+json");
        post("?dry-run=maybe").statusCode(400).body("field", equalTo("dry-run"));
    }

    private ValidatableResponse post(String query) {
        return given().header("Authorization", "Bearer " + keys.administrator())
                .post("/api/v1/upkeep/sweep" + query)
                .then();
    }

    private void sweep() {
        post("").statusCode(200);
    }

    private boolean isStored(Digest digest) {
        return state.snapshot().blobs().contains(digest);
    }

    private long usedBytes() {
        return ((Number) pusher.request()
                        .get("/api/v1/namespaces/sweeping/usage")
                        .then()
                        .statusCode(200)
                        .extract()
                        .path("bytes"))
                .longValue();
    }

    private void endLease(Digest digest) {
        sql.update("update lease set expires = now() where digest = ?", digest);
    }

    private void passGrace(Digest digest) {
        sql.update("""
            update blob set condemned = condemned - interval '2 hours', deleting = deleting - interval '2 hours'
            where digest = ?
            """, digest);
        sql.update("update namespace_blob set since = since - interval '2 hours' where digest = ?", digest);
    }

    private void passLease() {
        sql.update("update manifest set unnamed_since = unnamed_since - interval '25 hours'");
    }

    private byte[] artifact(String text, Optional<Descriptor> subject) {
        byte[] content = bytes(text);
        pusher.blob(content);
        return new Manifest(
                        Optional.of("application/vnd.example.thing"),
                        Descriptor.of("application/octet-stream", content),
                        List.of(Descriptor.of("application/octet-stream", content)),
                        subject,
                        new TreeMap<>())
                .toBytes();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
