package dev.unipkg.registry.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.content.RegistryState;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.publish.PackageMaker.Build;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// Pushes of bad content: each is refused with its reason, and what is published stays as it was.
abstract class BadPushes {

    @Inject
    TestKeys keys;

    @Inject
    RegistryState state;

    Pusher pusher = new Pusher("", "");

    RegistryState.Snapshot before = RegistryState.Snapshot.NOTHING;

    void refuse(Build build, int status, String code) {
        requireRefused(build.push(pusher), status, code);
    }

    static ValidatableResponse requireRefused(ValidatableResponse response, int status, String code) {
        return response.statusCode(status).body("errors[0].detail.refusal", equalTo(code));
    }

    @BeforeEach
    void lookAround() {
        pusher = new Pusher(keys.publisher("bad"), "bad/package");
        before = state.snapshot();
    }

    @AfterEach
    void nothingBecameVisible() {
        assertThat(state.snapshot().published()).isEqualTo(before.published());
    }
}
