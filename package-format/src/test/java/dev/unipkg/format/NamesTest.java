package dev.unipkg.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Names of packages, architectures, tags and content.
class NamesTest {

    @ParameterizedTest
    @CsvSource({
        "amd64, X86_64",
        "x86_64, X86_64",
        "x86-64, X86_64",
        "x64, X86_64",
        "AMD64, X86_64",
        "arm64, ARM64",
        "aarch64, ARM64",
        "virt, ARM64",
        "riscv64, RISCV64",
    })
    void everySpellingOfAnArchitectureIsRead(String spelling, Arch arch) {
        assertThat(Arch.of(spelling)).isEqualTo(arch);
    }

    @ParameterizedTest
    @EnumSource
    void anArchitectureIsReadBackFromAllItIsWrittenAs(Arch arch) {
        assertThat(Arch.of(arch.toString())).isEqualTo(arch);
        assertThat(Arch.of(arch.oci())).isEqualTo(arch);
        assertThat(Arch.ofElfMachine(arch.elfMachine())).contains(arch);
    }

    @Test
    void anArchitectureThatIsNotOursIsNamed() {
        assertThat(Arch.find("mips")).isEmpty();
        assertThat(Arch.ofElfMachine(8)).isEmpty();
        assertThatThrownBy(() -> Arch.of("mips")).hasMessageContaining("mips").hasMessageContaining("x86_64");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "nginx", "acme.org", "my-app", "a1.b2-c3", "0"})
    void namesOfTheGrammarAreTaken(String name) {
        assertThat(new PackageName(name, name)).hasToString(name + "/" + name);
        assertThat(PackageName.parse(name).namespace()).isEqualTo("library");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "a_b", "-a", "a-", ".a", "a.", "a..b", "a.-b", "a b", "ä", "a/b/c", "..", "a\n"})
    void namesOutsideTheGrammarAreRefused(String name) {
        assertThatThrownBy(() -> new PackageName("acme", name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PackageName(name, "app")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aNameHasAtMost64Characters() {
        assertThat(PackageName.isPart("a".repeat(64))).isTrue();
        assertThat(PackageName.isPart("a".repeat(65))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"paypal, paypa1", "google, g00gle", "my-app, myapp", "my.app, my-app", "lib, iib"})
    void confusableNamesShareASkeleton(String name, String other) {
        assertThat(PackageName.skeletonOf(name)).isEqualTo(PackageName.skeletonOf(other));
    }

    @Test
    void differentNamesHaveDifferentSkeletons() {
        assertThat(PackageName.parse("acme/redis").skeleton())
                .isNotEqualTo(PackageName.parse("acme/radis").skeleton());
    }

    @Property
    void aNameIsReadBack(@ForAll("names") PackageName name) {
        assertThat(PackageName.parse(name.toString())).isEqualTo(name);
        assertThat(Reference.parse(name.toString()).name()).isEqualTo(name);
    }

    @Provide
    Arbitrary<PackageName> names() {
        Arbitrary<String> parts = Arbitraries.strings()
                .withCharRange('a', 'c')
                .withChars("09.-")
                .ofMinLength(1)
                .ofMaxLength(10)
                .filter(PackageName::isPart);
        return parts.list().ofSize(2).map(both -> new PackageName(both.getFirst(), both.getLast()));
    }

    @Test
    void aDigestIsReadInOneFormOnly() {
        Digest digest = Digest.of("hello".getBytes(StandardCharsets.UTF_8));
        assertThat(digest).hasToString("sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
        assertThat(Digest.parse(digest.toString())).isEqualTo(digest);
        assertThat(Digest.parseAny(digest.toString())).isEqualTo(digest);
        assertThat(digest.isOf("hello".getBytes(StandardCharsets.UTF_8))).isTrue();
        assertThat(digest.isOf("hullo".getBytes(StandardCharsets.UTF_8))).isFalse();
    }

    @Test
    void digestOfAnotherAlgorithmIsReadOnlyWhereItIsAskedFor() {
        byte[] bytes = "hello".getBytes(StandardCharsets.UTF_8);
        Digest digest = Digest.Algorithm.SHA512.of(bytes);
        assertThat(digest)
                .hasToString("sha512:9b71d224bd62f3785d96d46ad3ea3d73319bfbc2890caadae2dff72519673ca7"
                        + "2323c3d99ba5c11d7c7acc6e14b8c5da0c4663475c2e5c3adef46f73bcdec043");
        assertThat(Digest.parseAny(digest.toString())).isEqualTo(digest);
        assertThat(digest.isOf(bytes)).isTrue();
        assertThat(digest).isGreaterThan(Digest.of(bytes));
        assertThatThrownBy(() -> Digest.parse(digest.toString())).isInstanceOf(IllegalArgumentException.class);
        for (String text : List.of(
                "sha512:" + digest.hex().substring(64), "sha256:" + digest.hex(), "sha384:" + digest.hex(), "sha512")) {
            assertThatThrownBy(() -> Digest.parseAny(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sha256:", "sha512:ab", "SHA256:", "sha256:AB", "sha256:../../etc/passwd"})
    void whatIsNoDigestIsRefused(String text) {
        assertThatThrownBy(() -> Digest.parse(text)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Digest.parse("sha256:" + "A".repeat(64))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTagIsWhatOciSays() {
        assertThat(Tag.isTag("latest")).isTrue();
        assertThat(Tag.isTag("_x.Y-1")).isTrue();
        assertThat(Tag.isTag("a".repeat(128))).isTrue();
        assertThat(Tag.isTag("a".repeat(129))).isFalse();
        assertThat(Tag.isTag("-a")).isFalse();
        assertThat(Tag.isTag("a+b")).isFalse();
        assertThat(Tag.isTag("")).isFalse();
    }

    @Test
    void aTagThatMovesIsAWordAndReadsAsNoVersion() throws RefusedException {
        for (String word : List.of("latest", "lts", "_x", "vNext", "b1")) {
            assertThat(Tag.requireMovable("tag", word)).isEqualTo(word);
        }
        for (String version : List.of("2.0", "7", "v1", "1-lts")) {
            assertThatThrownBy(() -> Tag.requireMovable("tag", version))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageStartingWith(
                            "not a tag: \"%s\"; expected a word that does not begin as versions do", version);
        }
        assertThatThrownBy(() -> Tag.requireMovable("channel", "BAD/x"))
                .isInstanceOf(RefusedException.class)
                .hasMessage("not a channel: \"BAD/x\"; expected " + Tag.RULE);
    }
}
