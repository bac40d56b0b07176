package dev.unipkg.cli.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.cli.output.ExitCode;
import dev.unipkg.cli.output.Failure;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginTest {
    @ParameterizedTest
    @CsvSource({
        "registry.example.org, https://registry.example.org",
        "registry.example.org:5000, https://registry.example.org:5000",
        "localhost:8080, http://localhost:8080",
        "127.0.0.1, http://127.0.0.1",
        "[::1]:8080, http://[::1]:8080",
        "HTTPS://Registry.Example.org:443/, https://registry.example.org",
        "http://registry.example.org, http://registry.example.org",
    })
    void aRegistryIsReadAsPeopleWriteIt(String text, String origin) {
        assertThat(Origin.parse(text)).hasToString(origin);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ftp://x", "https://x/path", "https://me:secret@x", "http://", "a b"})
    void whatIsNoRegistryIsAUsageError(String text) {
        assertThatThrownBy(() -> Origin.parse(text))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.exit()).isEqualTo(ExitCode.USAGE));
    }

    @ParameterizedTest
    @CsvSource({
        "https://me:s3cret@x, https://***@x",
        "me:s3@s3cret@no host:80, ***@no host:80",
        "http://me:a://s3cret@no host:80, http://***@no host:80",
    })
    void whatIsNoAddressIsShownWithoutItsPassword(String text, String shown) {
        assertThatThrownBy(() -> Origin.parse(text))
                .hasMessageContaining("\"" + shown + "\"")
                .hasMessageNotContaining("s3")
                .hasNoCause();
    }

    @Test
    void aProxyThatIsNoAddressIsShownWithoutItsPassword() {
        Proxies proxies = Proxies.of(Map.of("http_proxy", "http://me:s3cret@no host:3128"));

        assertThatThrownBy(() -> proxies.find(URI.create("http://a.net/")))
                .hasMessage("http_proxy names \"http://***@no host:3128\" as proxy, which is no address;"
                        + " expected http://host:port")
                .hasNoCause();
    }

    @Test
    void anotherSchemeOrPortIsAnotherOrigin() {
        assertThat(Origin.parse("http://x.org")).isNotEqualTo(Origin.parse("https://x.org"));
        assertThat(Origin.parse("https://x.org:444")).isNotEqualTo(Origin.parse("https://x.org"));
        assertThat(Origin.parse("https://x.org:443")).isEqualTo(Origin.parse("https://X.ORG"));
    }

    @Test
    void proxiesComeFromTheEnvironment() {
        Proxies proxies = Proxies.of(Map.of(
                "http_proxy", "http://proxy:3128", "HTTPS_PROXY", "secure:8443", "no_proxy", "localhost,.example.org"));

        assertThat(proxies.find(URI.create("http://a.net/x")))
                .contains(new Proxies.Named("http_proxy", InetSocketAddress.createUnresolved("proxy", 3128)));
        assertThat(proxies.find(URI.create("https://a.net/x")))
                .contains(new Proxies.Named("HTTPS_PROXY", InetSocketAddress.createUnresolved("secure", 8443)));
        assertThat(proxies.find(URI.create("http://localhost:8080/"))).isEmpty();
        assertThat(proxies.find(URI.create("https://r.example.org/"))).isEmpty();
        assertThat(Proxies.of(Map.of()).find(URI.create("https://a.net/"))).isEmpty();
    }

    @Test
    void aProxyInCapitalsForPlainHttpIsNotBelieved() {
        assertThat(Proxies.of(Map.of("HTTP_PROXY", "evil:1")).find(URI.create("http://a.net/")))
                .isEmpty();
    }
}
