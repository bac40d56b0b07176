package dev.unipkg.registry.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BaseUrlTest {

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.7", "no.such.host.invalid"})
    void addressThatOtherMachinesReachWithoutAConfiguredOneIsWarnedOf(String host) {
        assertThat(BaseUrl.warning(host, Optional.empty()))
                .hasValueSatisfying(warning -> assertThat(warning).startsWith("unipkg.url is not set"));
        assertThat(BaseUrl.warning(host, Optional.of("https://packages.example.org")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "localhost", "127.9.9.9"})
    void loopbackNeedsNone(String host) {
        assertThat(BaseUrl.warning(host, Optional.empty())).isEmpty();
    }
}
