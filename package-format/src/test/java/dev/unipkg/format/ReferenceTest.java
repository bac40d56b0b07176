package dev.unipkg.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceTest {

    private static final String DIGEST = "sha256:" + "ab".repeat(32);

    @ParameterizedTest
    @CsvSource({
        "nginx, library/nginx",
        "nginx:1.28, library/nginx:1.28",
        "acme/redis, acme/redis",
        "acme/redis:lts, acme/redis:lts",
        "acme.org/tool:1, acme.org/tool:1",
        "registry.example.org/acme/redis:1.0~rc1, registry.example.org/acme/redis:1.0~rc1",
        "localhost/nginx, localhost/library/nginx",
        "localhost:8080/nginx:1.0+7, localhost:8080/library/nginx:1.0+7",
        "[::1]:8080/acme/x, '[::1]:8080/acme/x'",
    })
    void readsEveryForm(String text, String inFull) {
        assertThat(Reference.parse(text).toString()).isEqualTo(inFull);
        assertThat(Reference.parse(inFull)).isEqualTo(Reference.parse(text));
    }

    @Test
    void readsDigests() {
        Reference reference = Reference.parse("acme/redis:7.2@" + DIGEST);
        assertThat(reference.digest()).contains(Digest.parse(DIGEST));
        assertThat(reference.versionOrTag()).contains("7.2");
        assertThat(reference.ociReference()).isEqualTo(DIGEST);
    }

    @Test
    void saysWhatTheOciDoorCallsIt() {
        assertThat(Reference.parse("nginx").ociReference()).isEqualTo("latest");
        assertThat(Reference.parse("nginx:1.0+7").ociReference()).isEqualTo("1.0_7");
        assertThat(Reference.parse("nginx:_odd").ociReference()).isEqualTo("_odd");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "a/",
                "/a",
                "a/b/c",
                "Nginx",
                "a//b",
                "nginx:",
                "nginx:-1",
                "nginx@",
                "nginx@sha256:12",
                "../etc",
                "a/..",
                "-host:1/a/b",
                "host:x/a",
                "nginx:1:2",
                "nginx ",
                "ho st:1/a/b"
            })
    void refusesWhatIsOutsideTheGrammar(String text) {
        assertThatThrownBy(() -> Reference.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void whatIsWrittenIsReadBack(@ForAll("references") Reference reference) {
        assertThat(Reference.parse(reference.toString())).isEqualTo(reference);
    }

    @Provide
    Arbitrary<Reference> references() {
        Arbitrary<String> parts = Arbitraries.strings()
                .withCharRange('a', 'd')
                .withChars("01.-")
                .ofMinLength(1)
                .ofMaxLength(8)
                .filter(PackageName::isPart);
        Arbitrary<PackageName> names = Combinators.combine(parts, parts).as(PackageName::new);
        Arbitrary<Optional<String>> registries = Arbitraries.of(
                        "localhost", "localhost:5000", "r.example.org", "[::1]:1", "127.0.0.1:8080")
                .optional();
        Arbitrary<Optional<String>> versions =
                Arbitraries.of("1.0", "latest", "1.0+7", "1~rc1", "_x", "V2").optional();
        Arbitrary<Optional<Digest>> digests =
                Arbitraries.of(Digest.parse(DIGEST), Digest.of(new byte[0])).optional();
        return Combinators.combine(registries, names, versions, digests).as(Reference::new);
    }
}
