package dev.unipkg.registry.content;

import static dev.unipkg.registry.publish.PackageMaker.build;
import static dev.unipkg.registry.publish.PackageMaker.publish;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RepositoryName;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.problems.RejectedException;
import dev.unipkg.registry.publish.PackageMaker.Build;
import dev.unipkg.registry.rows.Sql;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Which repository has which blob, how long, and which may mount it.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class LeasesTest {

    @Inject
    TestKeys keys;

    @Inject
    Sql sql;

    @Inject
    Leases leases;

    private Pusher pusher = new Pusher("", "");
    private Pusher stranger = new Pusher("", "");

    @BeforeEach
    void logIn() {
        pusher = new Pusher(keys.publisher("leases"), "leases/blobs");
        stranger = new Pusher(keys.publisher("elsewhere"), "elsewhere/blobs");
    }

    @Test
    void blobOfARefusedManifestIsThereForTheNextPush() {
        byte[] config = bytes("config of a manifest that comes too early");
        byte[] layer = bytes("layer that comes after its manifest");
        byte[] manifest = artifact(config, layer);
        pusher.blob(config);
        pusher.manifest("early", manifest).statusCode(404).body("errors[0].detail.refusal", equalTo("absent-content"));
        pusher.blob(layer);
        pusher.manifest("early", manifest).statusCode(201);
        given().get(pusher.path("blobs/" + Digest.of(config))).then().statusCode(200);
    }

    @Test
    void bytesThatAreGoneWhenTheyAreAcknowledgedAreAskedForAgain() {
        Digest gone = Digest.of(bytes("deleted before it was noted"));
        assertThatThrownBy(() -> leases.hold(new RepositoryName("leases", "gone"), gone, 27, Optional.empty()))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining(gone + " was being deleted")
                .hasMessageContaining("send it again");
        assertThat(leases.size(new RepositoryName("leases", "gone"), Digest.of(bytes("never sent"))))
                .isEmpty();
    }

    @Test
    void contentThatIsBeingDeletedIsNeitherTakenNorNamed() {
        byte[] config = bytes("is being deleted");
        Digest digest = pusher.blob(config);
        sql.update("update blob set deleting = now() where digest = ?", digest);
        try {
            given().get(pusher.path("blobs/" + digest)).then().statusCode(404);
            pusher.request().head(pusher.path("blobs/" + digest)).then().statusCode(404);
            pusher.tryBlob(digest, config)
                    .statusCode(503)
                    .header("Retry-After", equalTo("5"))
                    .body("errors[0].detail.refusal", equalTo("dropped"))
                    .body("errors[0].message", containsString("send it again"));
            pusher.manifest("deleting", artifact(config, config)).statusCode(404);
            requireMount(new Pusher(pusher.key(), "leases/sibling"), digest, 202);
        } finally {
            sql.update("update blob set deleting = null where digest = ?", digest);
        }
        pusher.blob(config);
        pusher.manifest("deleting", artifact(config, config)).statusCode(201);
    }

    @Test
    void publishersHeadRenewsALeaseThatIsHalfOver() {
        Digest digest = pusher.blob(bytes("asked for after half a day"));
        sql.update("update lease set expires = now() + interval '1 hour' where digest = ?", digest);
        given().head(pusher.path("blobs/" + digest)).then().statusCode(200);
        assertThat(leasedFor(digest)).isLessThan(2);
        pusher.request().head(pusher.path("blobs/" + digest)).then().statusCode(200);
        assertThat(leasedFor(digest)).isGreaterThan(23);
    }

    @Test
    void blobWithoutALeaseIsGoneUnlessAManifestOfTheRepositoryNamesIt() {
        byte[] config = bytes("named after all");
        Digest unnamed = pusher.blob(bytes("never named"));
        pusher.blob(config);
        pusher.manifest("named", artifact(config, config)).statusCode(201);
        sql.update("update lease set expires = now() where digest = any(?)", List.of(unnamed, Digest.of(config)));
        assertThat(leases.size(RepositoryName.parse(pusher.repository()), unnamed))
                .isEmpty();
        assertThat(leases.size(RepositoryName.parse(pusher.repository()), Digest.of(config)))
                .hasValue(config.length);
        assertThat(leases.size(new RepositoryName("leases", "other"), Digest.of(config)))
                .isEmpty();
    }

    @Test
    void unpublishedContentOfAnotherNamespaceIsNotMountedByItsDigest() {
        Build build = build(Arch.X86_64, "not published");
        build.push(pusher).statusCode(201);
        // The first layer holds the text; the other is the same in every package of the tests.
        requireMount(stranger, Digest.of(build.layers().getFirst().blob()), 202);
    }

    @Test
    void publishedContentIsMountedByItsDigest() {
        Build build = build(Arch.X86_64, "published");
        publish(pusher, "1.0", build);
        requireMount(stranger, Digest.of(build.layers().getFirst().blob()), 201);

        byte[] tagged = bytes("tagged");
        pusher.blob(tagged);
        pusher.manifest("thing", artifact(tagged, tagged)).statusCode(201);
        requireMount(stranger, Digest.of(tagged), 201);
    }

    @Test
    void contentOfTheSameNamespaceIsMountedByItsDigest() {
        Digest digest = pusher.blob(bytes("of the namespace"));
        requireMount(new Pusher(pusher.key(), "leases/sibling"), digest, 201);
        requireMount(pusher, digest, 201);
    }

    @Test
    void blobThatAManifestNamesIsNotDeleted() {
        byte[] config = bytes("named and not to be deleted");
        Digest digest = pusher.blob(config);
        pusher.manifest("pinned", artifact(config, config)).statusCode(201);
        pusher.request()
                .delete(pusher.path("blobs/" + digest))
                .then()
                .statusCode(405)
                .body("errors[0].message", containsString("named by a manifest"));
        given().get(pusher.path("blobs/" + digest)).then().statusCode(200);
    }

    @Test
    void sweepCannotLockABlobThatAManifestIsAboutToName() {
        Digest digest = pusher.blob(bytes("about to be named"));
        QuarkusTransaction.requiringNew().run(() -> {
            assertThat(leases.pin(RepositoryName.parse(pusher.repository()), List.of(digest)))
                    .containsExactly(digest);
            assertThat(canLock(digest)).isFalse();
        });
        assertThat(canLock(digest)).isTrue();
    }

    @Test
    void faultOfTheServerLosesNothingThatWasPushed() {
        Build build = build(Arch.X86_64, "comes again");
        build.pushBlobs(pusher);
        sql.update("create function no_build() returns trigger language plpgsql as"
                + " $$ begin raise exception 'a fault, for a test'; end $$");
        sql.update("create trigger no_build before insert on manifest for each row when (new.digest = '"
                + build.digest() + "') execute function no_build()");
        try {
            pusher.manifest(build.digest().toString(), build.bytes()).statusCode(500);
        } finally {
            sql.update("drop function no_build() cascade");
        }
        pusher.manifest(build.digest().toString(), build.bytes()).statusCode(201);
    }

    private double leasedFor(Digest digest) {
        return sql.query(
                        "select extract(epoch from expires - now()) / 3600 from lease where digest = ?",
                        row -> row.getDouble(1),
                        digest)
                .getFirst();
    }

    private boolean canLock(Digest digest) {
        return QuarkusTransaction.requiringNew()
                .call(() -> !sql.digests("select digest from blob where digest = ? for update skip locked", digest)
                        .isEmpty());
    }

    private static void requireMount(Pusher by, Digest digest, int status) {
        String location = by.request()
                .post(by.path("blobs/uploads/?mount=" + digest))
                .then()
                .statusCode(status)
                .extract()
                .header("Location");
        if (status == 202) {
            by.request().delete(location).then().statusCode(204);
        }
    }

    private static byte[] artifact(byte[] config, byte[] layer) {
        return new Manifest(
                        Optional.of("application/vnd.example.thing"),
                        Descriptor.of("application/octet-stream", config),
                        List.of(Descriptor.of("application/octet-stream", layer)),
                        Optional.empty(),
                        new TreeMap<>())
                .toBytes();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
