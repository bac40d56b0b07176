package dev.unipkg.registry.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.unipkg.format.Digest;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.content.RegistryState;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A blob may have so many bytes and not one more, however it is sent.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
@TestProfile(BlobLimitTest.SmallBlobs.class)
class BlobLimitTest {

    private static final int LIMIT = 100_000;

    /// 100 kB, instead of 10 GiB.
    public static final class SmallBlobs implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("unipkg.max-blob-bytes", Integer.toString(LIMIT));
        }
    }

    @Inject
    TestKeys keys;

    @Inject
    RegistryState state;

    @Test
    void aBlobThatIsTooLargeIsRefusedAndNotStored() {
        Pusher pusher = new Pusher(keys.publisher("limits"), "limits/blobs");
        byte[] most = new byte[LIMIT];
        byte[] more = new byte[LIMIT + 1];
        pusher.blob(most);
        RegistryState.Snapshot before = state.snapshot();
        pusher.tryBlob(Digest.of(more), more).statusCode(413).body("errors[0].code", equalTo("SIZE_INVALID"));

        String session = pusher.request()
                .post(pusher.path("blobs/uploads/"))
                .then()
                .statusCode(202)
                .extract()
                .header("Location");
        pusher.request()
                .contentType("application/octet-stream")
                .body(Arrays.copyOf(more, LIMIT / 2))
                .patch(session)
                .then()
                .statusCode(202);
        pusher.request()
                .contentType("application/octet-stream")
                .body(Arrays.copyOf(more, LIMIT))
                .patch(session)
                .then()
                .statusCode(413)
                .body("errors[0].code", equalTo("SIZE_INVALID"));
        pusher.request().get(session).then().statusCode(404);
        assertThat(state.snapshot()).isEqualTo(before);
    }
}
