package dev.unipkg.registry.publish;

import static dev.unipkg.registry.publish.PackageMaker.build;
import static dev.unipkg.registry.publish.PackageMaker.publish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.checks.Checked;
import dev.unipkg.registry.checks.PushedManifest;
import dev.unipkg.registry.content.DigestLocks;
import dev.unipkg.registry.content.HeldBlobs;
import dev.unipkg.registry.content.OverStore;
import dev.unipkg.registry.content.StoreOver;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.problems.RejectedException;
import dev.unipkg.registry.publish.PackageMaker.Build;
import dev.unipkg.registry.wiring.TestDatabase;
import dev.unipkg.storage.BlobStore;
import dev.unipkg.storage.Download;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Who holds which blob, who may mount it, and what keeps it where it is.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class HeldBlobsTest {

    private static final int MANY = 400;

    @Inject
    TestKeys keys;

    @Inject
    EntityManager database;

    @Inject
    DataSource connections;

    @Inject
    BlobStore store;

    @Inject
    HeldBlobs blobs;

    @Inject
    DigestLocks locks;

    @Inject
    Recording recording;

    private Pusher pusher = new Pusher("", "");
    private Pusher stranger = new Pusher("", "");

    @BeforeEach
    void logIn() {
        pusher = new Pusher(keys.publisher("held"), "held/blobs");
        stranger = new Pusher(keys.publisher("elsewhere"), "elsewhere/blobs");
    }

    @Test
    void bytesThatWereDroppedAsTheyCameAreAskedForOnceMore() throws IOException {
        PackageName repository = PackageName.parse("held/dropped-meanwhile");
        Digest gone = Digest.of(bytes("dropped before it was noted"));
        assertThatThrownBy(() -> blobs.hold(repository, gone, Optional.empty()))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining(gone + " was dropped")
                .hasMessageContaining("push it again");
        assertThat(blobs.holds(repository, gone)).isFalse();
    }

    @Test
    void whatAnotherNamespaceHasNotPublishedIsNotMountedByItsDigestAlone() {
        Build build = build(Arch.X86_64, "not published");
        build.push(pusher).statusCode(201);
        // The first layer holds the text; the other is the same in every package of the tests.
        requireMount(stranger, Digest.of(build.layers().getFirst().blob()), 202);
    }

    @Test
    void whatIsPublishedIsMountedByItsDigestAlone() {
        Build build = build(Arch.X86_64, "published");
        publish(pusher, "1.0", build);
        requireMount(stranger, Digest.of(build.layers().getFirst().blob()), 201);

        byte[] tagged = bytes("tagged");
        Digest config = pusher.blob(bytes("{}"));
        pusher.blob(tagged);
        Manifest manifest = new Manifest(
                Optional.of("application/vnd.example.thing"),
                Descriptor.of(MediaTypes.EMPTY_JSON, config, 2),
                List.of(Descriptor.of("application/octet-stream", tagged)),
                Optional.empty(),
                new TreeMap<>());
        pusher.manifest("thing", manifest.toBytes()).statusCode(201);
        requireMount(stranger, Digest.of(tagged), 201);
    }

    @Test
    void whatTheSameNamespaceHoldsIsMountedByItsDigestAlone() {
        Digest digest = pusher.blob(bytes("of the namespace"));
        requireMount(new Pusher(pusher.key(), "held/sibling"), digest, 201);
        requireMount(pusher, digest, 201);
    }

    @Test
    void aBlobThatGoesWhileItIsMountedIsToBeUploaded() {
        Digest digest = pusher.blob(bytes("goes meanwhile"));
        AtomicInteger looks = new AtomicInteger();
        // There when it is looked for, and for its size, and gone when the row is written.
        BlobStore losing = new StoreOver(store) {
            @Override
            public Optional<Download> find(Digest wanted) throws IOException {
                return looks.incrementAndGet() > 2 ? Optional.empty() : super.find(wanted);
            }
        };
        PackageName to = new PackageName("held", "mounting");
        boolean mounted = QuarkusTransaction.requiringNew()
                .call(() -> OverStore.heldBlobs(losing, database, connections)
                        .mount(Optional.of(PackageName.parse(pusher.repository())), to, digest));
        assertThat(mounted).isFalse();
        assertThat(blobs.holds(to, digest)).isFalse();
    }

    @Test
    void aBlobIsDeletedAlsoWhileSomebodyBringsItElsewhere() {
        Digest digest = pusher.blob(bytes("brought elsewhere"));
        QuarkusTransaction.requiringNew().run(() -> {
            locks.keep(digest);
            pusher.request().delete(pusher.path("blobs/" + digest)).then().statusCode(202);
        });
        assertThat(blobs.holds(PackageName.parse(pusher.repository()), digest)).isFalse();
    }

    @Test
    void aManifestOfManyBlobsTakesOneLockOfTheDatabase() throws Exception {
        PackageName name = new PackageName("held", "many");
        Digest config = new Pusher(pusher.key(), name.toString()).blob(bytes("{}"));
        List<Descriptor> layers = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            layers.add(Descriptor.of("application/octet-stream", bytes("layer " + i)));
        }
        byte[] document = new Manifest(
                        Optional.of("application/vnd.example.thing"),
                        Descriptor.of(MediaTypes.EMPTY_JSON, config, 2),
                        layers,
                        Optional.empty(),
                        new TreeMap<>())
                .toBytes();
        PushedManifest manifest = PushedManifest.read(document, Optional.of(MediaTypes.IMAGE_MANIFEST));
        QuarkusTransaction.begin();
        try {
            layers.forEach(layer -> hold(name, layer.digest()));
            recording.record(name, manifest, new Checked.Plain(), List.of());
            Number taken = (Number) database.createNativeQuery(
                            "select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()")
                    .getSingleResult();
            assertThat(taken.intValue()).isEqualTo(1);
        } finally {
            QuarkusTransaction.rollback();
            store.delete(manifest.digest());
        }
    }

    @Test
    void aBlobThatAManifestIsAboutToNameIsNotTakenAway() {
        Digest digest = pusher.blob(bytes("about to be named"));
        PackageName name = PackageName.parse(pusher.repository());
        QuarkusTransaction.requiringNew().run(() -> {
            assertThat(blobs.keep(name, List.of(digest))).containsExactly(digest);
            assertThat(locksRow(digest)).isFalse();
        });
        assertThat(locksRow(digest)).isTrue();
    }

    /// Whether somebody else could delete the row now.
    private boolean locksRow(Digest digest) {
        return QuarkusTransaction.requiringNew()
                .call(() -> !database.createNativeQuery(
                                "select 1 from held_blob where digest = :digest for update skip locked")
                        .setParameter("digest", digest.toString())
                        .getResultList()
                        .isEmpty());
    }

    private void hold(PackageName name, Digest digest) {
        database.createNativeQuery("insert into held_blob (repository, digest, size, held_since)"
                        + " values (:repository, :digest, 1, now())")
                .setParameter("repository", name.toString())
                .setParameter("digest", digest.toString())
                .executeUpdate();
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

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
