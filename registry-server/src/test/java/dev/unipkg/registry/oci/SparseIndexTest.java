package dev.unipkg.registry.oci;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Index;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.format.oci.Platform;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.rows.Sql;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// An index that is no package's may name manifests that are not here, as a copy of one platform does.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class SparseIndexTest {

    private static final byte[] CONFIG = "{}".getBytes(StandardCharsets.UTF_8);

    @Inject
    TestKeys keys;

    @Inject
    Sql sql;

    @Test
    void indexIsTakenWithoutTheManifestsOfOtherPlatforms() {
        Pusher pusher = pusher("taken");
        byte[] here = image("here");
        byte[] elsewhere = image("elsewhere");
        pusher.manifest(Digest.of(here).toString(), here).statusCode(201);
        byte[] index = index(here, elsewhere);
        pusher.index("multi", index).statusCode(201);
        assertThat(given().get(pusher.path("manifests/multi")).asByteArray()).isEqualTo(index);
        given().get(pusher.path("manifests/" + Digest.of(here))).then().statusCode(200);
        given().get(pusher.path("manifests/" + Digest.of(elsewhere)))
                .then()
                .statusCode(404)
                .body("errors[0].code", equalTo("MANIFEST_UNKNOWN"));
    }

    @Test
    void manifestThatComesLaterIsNamedByTheIndex() {
        Pusher pusher = pusher("later");
        byte[] late = image("late");
        byte[] index = index(late);
        pusher.index("multi", index).statusCode(201);
        assertThat(links("manifest_link", late)).isEmpty();
        pusher.manifest(Digest.of(late).toString(), late).statusCode(201);
        assertThat(links("manifest_link", late)).hasSize(1);
        assertThat(links("sparse_link", late)).isEmpty();
        given().get(pusher.path("manifests/" + Digest.of(late))).then().statusCode(200);
    }

    /// BuildKit exports a cache so that is asked for without an image's manifest.
    @Test
    void layersThatAnIndexNamesAreKept() {
        Pusher pusher = pusher("cache");
        byte[] layer = "a layer of a cache".getBytes(StandardCharsets.UTF_8);
        pusher.blob(layer);
        assertThat(links("manifest_link", layer)).isEmpty();
        Descriptor named = Descriptor.of(MediaTypes.LAYER_TAR_ZSTD, layer);
        byte[] cache = new Index(Optional.empty(), List.of(named), Optional.empty(), new TreeMap<>()).toBytes();
        pusher.index("cache", cache).statusCode(201);
        assertThat(links("manifest_link", layer)).hasSize(1);
        assertThat(links("sparse_link", layer)).isEmpty();
        pusher.request().delete(pusher.path("blobs/" + Digest.of(layer))).then().statusCode(405);
    }

    @Test
    void indexThatNamesContentOfOthersDoesNotReadIt() {
        Pusher stranger = new Pusher(keys.publisher("sparse-others"), "sparse-others/unpublished");
        byte[] unpublished = image("of others");
        stranger.blob(unpublished);
        Pusher pusher = pusher("reading");
        pusher.index("multi", index(unpublished)).statusCode(201);
        for (String path : List.of("blobs/", "manifests/")) {
            given().get(pusher.path(path + Digest.of(unpublished))).then().statusCode(404);
        }
    }

    @Test
    void indexThatGoesTakesItsNotesWithIt() {
        Pusher pusher = pusher("gone");
        byte[] absent = image("never comes");
        byte[] index = index(absent);
        pusher.index("multi", index).statusCode(201);
        assertThat(links("sparse_link", absent)).hasSize(1);
        pusher.request()
                .delete(pusher.path("manifests/" + Digest.of(index)))
                .then()
                .statusCode(202);
        assertThat(links("sparse_link", absent)).isEmpty();
    }

    private Pusher pusher(String name) {
        Pusher pusher = new Pusher(keys.publisher("sparse"), "sparse/" + name);
        pusher.blob(CONFIG);
        return pusher;
    }

    private List<Digest> links(String table, byte[] manifest) {
        return sql.digests("select digest from " + table + " where digest = ?", Digest.of(manifest));
    }

    private static byte[] index(byte[]... manifests) {
        Arch[] archs = Arch.values();
        List<Descriptor> descriptors = new ArrayList<>();
        for (int i = 0; i < manifests.length; i++) {
            descriptors.add(
                    Descriptor.of(MediaTypes.IMAGE_MANIFEST, manifests[i]).withPlatform(Platform.of(archs[i])));
        }
        return new Index(Optional.empty(), descriptors, Optional.empty(), new TreeMap<>()).toBytes();
    }

    private static byte[] image(String title) {
        return new Manifest(
                        Optional.of("application/x-test"),
                        Descriptor.of(MediaTypes.EMPTY_JSON, CONFIG),
                        List.of(),
                        Optional.empty(),
                        new TreeMap<>(Map.of("org.opencontainers.image.title", title)))
                .toBytes();
    }
}
