package dev.unipkg.registry.publish;

import static dev.unipkg.registry.publish.PackageMaker.build;
import static dev.unipkg.registry.publish.PackageMaker.index;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;

import dev.unipkg.format.Arch;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.checks.Checks;
import dev.unipkg.registry.content.StoreOver;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.publish.PackageMaker.Build;
import dev.unipkg.registry.wiring.TestDatabase;
import dev.unipkg.storage.BlobStore;
import dev.unipkg.storage.Put;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a push that fails leaves alone: everything that somebody was told is stored, or may still count on.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class UndoTest {

    private static final byte[] EMPTY = "{}".getBytes(StandardCharsets.UTF_8);

    @Inject
    TestKeys keys;

    @Inject
    EntityManager database;

    @Inject
    BlobStore store;

    @Inject
    NewNames newNames;

    @Inject
    Checks checks;

    @Inject
    Recording recording;

    @Inject
    Undo undo;

    private Pusher pusher = new Pusher("", "");

    @BeforeEach
    void logIn() {
        pusher = new Pusher(keys.publisher("undo"), "undo/kept");
    }

    @Test
    void anArtifactThatARefusedReferrerIsAboutStays() {
        byte[] sbom = "an inventory".getBytes(StandardCharsets.UTF_8);
        pusher.blob(EMPTY);
        pusher.blob(sbom);
        byte[] artifact = artifact("application/vnd.cyclonedx+json", sbom, Optional.empty(), new TreeMap<>());
        pusher.manifest(Digest.of(artifact).toString(), artifact).statusCode(201);

        refuseReferrerOf(Descriptor.of(MediaTypes.IMAGE_MANIFEST, artifact));

        requireThere("manifests/" + Digest.of(artifact));
        requireThere("blobs/" + Digest.of(sbom));
    }

    @Test
    void aBuildThatARefusedReferrerIsAboutStays() {
        Build build = build(Arch.X86_64, "signed");
        build.push(pusher).statusCode(201);

        refuseReferrerOf(Descriptor.of(MediaTypes.IMAGE_MANIFEST, build.bytes()));

        requireThere(build);
    }

    @Test
    void aBuildThatSomethingRefersToStays() {
        Build build = build(Arch.X86_64, "referred to");
        build.push(pusher).statusCode(201);
        byte[] signature = "a signature".getBytes(StandardCharsets.UTF_8);
        pusher.blob(EMPTY);
        pusher.blob(signature);
        byte[] referrer = artifact(
                "application/vnd.example.signature",
                signature,
                Optional.of(Descriptor.of(MediaTypes.IMAGE_MANIFEST, build.bytes())),
                new TreeMap<>());
        pusher.manifest(Digest.of(referrer).toString(), referrer).statusCode(201);

        pusher.index("1.0", index("not a version!", build)).statusCode(400);

        requireThere(build);
    }

    @Test
    void anArtifactThatARefusedIndexListsStays() {
        byte[] content = "a listed artifact".getBytes(StandardCharsets.UTF_8);
        pusher.blob(EMPTY);
        pusher.blob(content);
        byte[] artifact = artifact("application/vnd.example.thing", content, Optional.empty(), new TreeMap<>());
        pusher.manifest(Digest.of(artifact).toString(), artifact).statusCode(201);
        String index =
                "{\"schemaVersion\":2,\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"" + MediaTypes.IMAGE_MANIFEST
                        + "\",\"digest\":\"" + Digest.of(artifact) + "\",\"size\":" + artifact.length + "}]}";

        pusher.index("1.0", index.getBytes(StandardCharsets.UTF_8)).statusCode(400);

        requireThere("manifests/" + Digest.of(artifact));
        requireThere("blobs/" + Digest.of(content));
    }

    @Test
    void aBlobThatOnlyAnAnnotationNamesStays() {
        Digest digest = pusher.blob("named in passing".getBytes(StandardCharsets.UTF_8));
        pusher.blob(EMPTY);
        SortedMap<String, String> annotations = new TreeMap<>();
        annotations.put("digest", digest.toString());
        byte[] absent = "never brought, annotated".getBytes(StandardCharsets.UTF_8);
        pusher.manifest("passing", artifact("application/vnd.example.thing", absent, Optional.empty(), annotations))
                .statusCode(404);
        requireThere("blobs/" + digest);
    }

    @Test
    void whatAnotherPublisherWasToldIsThereStaysForWhoBroughtIt() {
        Build pushed = build(Arch.X86_64, "asked for");
        pushed.pushBlobs(pusher);

        // Another push of the same blobs, whose client finds them there and brings none.
        pushed.layers().forEach(layer -> askFor("blobs/" + Digest.of(layer.blob())));
        askFor("blobs/" + Digest.of(pushed.config()));
        pusher.manifest("1.0", pushed.bytes())
                .statusCode(400)
                .body("errors[0].detail.refusal", equalTo("not-a-package"));

        pusher.manifest(pushed.digest().toString(), pushed.bytes()).statusCode(201);
        pusher.index("asked-1.0", index("asked-1.0", pushed)).statusCode(201);
    }

    @Test
    void aBuildThatAnotherPublisherWasToldIsThereStaysForWhoBroughtIt() {
        Build build = build(Arch.X86_64, "a build asked for");
        build.push(pusher).statusCode(201);
        askFor("manifests/" + build.digest());
        pusher.index("2.0", index("not a version!", build)).statusCode(400);
        pusher.index("asked-2.0", index("asked-2.0", build)).statusCode(201);
    }

    @Test
    void whatNobodyElseWasToldIsThereGoesWithTheRefusal() {
        Build build = build(Arch.X86_64, "asked for and refused");
        build.push(pusher).statusCode(201);
        askFor("manifests/" + build.digest());
        pusher.index("3.0", index("not a version!", build)).statusCode(400);
        pusher.index("3.0", index("not a version!", build)).statusCode(400);
        given().head(pusher.path("manifests/" + build.digest())).then().statusCode(404);
    }

    @Test
    void whatCameBeforeAnyPushThatGoesOnStays() {
        Build build = build(Arch.X86_64, "from yesterday");
        build.push(pusher).statusCode(201);
        Digest blob = pusher.blob("also from yesterday".getBytes(StandardCharsets.UTF_8));
        change("update manifest set pushed_at = pushed_at - interval '1 day' where digest = '" + build.digest() + "'");
        change("update held_blob set held_since = held_since - interval '1 day' where digest = '" + blob + "'");

        pusher.index("4.0", index("not a version!", build)).statusCode(400);
        pusher.manifest("4.0", ("{\"layers\":[{\"digest\":\"" + blob + "\"}]}").getBytes(StandardCharsets.UTF_8))
                .statusCode(400);

        requireThere(build);
        requireThere("blobs/" + blob);
    }

    @Test
    void aFaultOfOursTakesNothingAway() {
        Build build = build(Arch.X86_64, "comes again");
        build.pushBlobs(pusher);
        change("create function no_build() returns trigger language plpgsql as"
                + " $$ begin raise exception 'a fault, for a test'; end $$");
        change("create trigger no_build before insert on manifest for each row when (new.digest = '" + build.digest()
                + "') execute function no_build()");
        try {
            pusher.manifest(build.digest().toString(), build.bytes()).statusCode(500);
        } finally {
            change("drop function no_build() cascade");
        }
        pusher.manifest(build.digest().toString(), build.bytes()).statusCode(201);
    }

    @Test
    void aFullDiskTakesNothingAway() {
        Build build = build(Arch.X86_64, "comes when there is room");
        build.pushBlobs(pusher);
        BlobStore noRoom = new StoreOver(store) {
            @Override
            public Put put(Digest expected, long expectedSize, InputStream bytes) throws IOException {
                throw new ContentRefusal.DiskFull("the store", expectedSize).asException();
            }
        };
        Publisher full = new Publisher(newNames, checks, noRoom, recording, undo);
        assertThatThrownBy(() -> full.publish(
                        PackageName.parse(pusher.repository()),
                        build.bytes(),
                        Optional.empty(),
                        Optional.of(build.digest()),
                        List.of()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("no room");
        pusher.manifest(build.digest().toString(), build.bytes()).statusCode(201);
    }

    @Test
    void ofADocumentThatBreaksOffAllThatCameBeforeIsItsOwn() {
        Digest config = digest("config");
        Digest layer = digest("layer");
        Digest manifest = digest("manifest");
        String document = "{\"subject\":{\"digest\":\"" + digest("subject") + "\"},\"annotations\":{\"digest\":\""
                + digest("annotation") + "\"},\"config\":{\"digest\":\"" + config
                + "\",\"annotations\":{\"digest\":\"" + digest("deeper") + "\"}},\"layers\":[{\"digest\":\"" + layer
                + "\"}],\"manifests\":[{\"digest\":\"" + manifest + "\"},{\"digest\":\"sha256:none\"},{\"dig";
        OwnContent own = OwnContent.of(document.getBytes(StandardCharsets.UTF_8));
        assertThat(own.blobs()).containsExactlyInAnyOrder(config, layer);
        assertThat(own.manifests()).containsExactly(manifest);
    }

    /// Pushes something about another manifest that is refused, because its own blob never came.
    private void refuseReferrerOf(Descriptor subject) {
        pusher.blob(EMPTY);
        byte[] absent = ("about " + subject.digest()).getBytes(StandardCharsets.UTF_8);
        byte[] referrer = artifact("application/vnd.example.signature", absent, Optional.of(subject), new TreeMap<>());
        pusher.manifest(Digest.of(referrer).toString(), referrer)
                .statusCode(404)
                .body("errors[0].detail.refusal", equalTo("absent-content"));
    }

    private static byte[] artifact(
            String type, byte[] content, Optional<Descriptor> subject, SortedMap<String, String> annotations) {
        return new Manifest(
                        Optional.of(type),
                        Descriptor.of(MediaTypes.EMPTY_JSON, EMPTY),
                        List.of(Descriptor.of("application/octet-stream", content)),
                        subject,
                        annotations)
                .toBytes();
    }

    private void askFor(String path) {
        pusher.request().head(pusher.path(path)).then().statusCode(200);
    }

    private void requireThere(Build build) {
        requireThere("manifests/" + build.digest());
        build.layers().forEach(layer -> requireThere("blobs/" + Digest.of(layer.blob())));
    }

    private void requireThere(String path) {
        given().get(pusher.path(path)).then().statusCode(200);
    }

    private void change(String statement) {
        QuarkusTransaction.requiringNew()
                .run(() -> database.createNativeQuery(statement).executeUpdate());
    }

    private static Digest digest(String text) {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
