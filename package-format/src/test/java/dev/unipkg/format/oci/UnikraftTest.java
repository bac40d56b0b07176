package dev.unipkg.format.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.Arch;
import dev.unipkg.format.RefusedException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Indexes and configs in the form that kraftkit (f02a5331) gives them.
class UnikraftTest {

    private static final String DIGEST = "sha256:" + "a".repeat(64);

    private static final String BUILD = """
            {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"%s","size":1234,
            "annotations":{"io.containerd.image.name":"unikraft.org/nginx:1.25",
            "org.opencontainers.image.created":"2026-01-31T12:00:00Z",
            "org.opencontainers.image.ref.name":"unikraft.org/nginx","org.unikraft.image.name":"unikraft.org/nginx",
            "org.unikraft.kernel.version":"0.17.0","sh.kraftkit.version":"0.9.3"},
            "platform":{"architecture":"%s","os":"%s","os.version":"0.17.0","os.features":["CONFIG_HAVE_X86PKU=y"]}}
            """;

    @Test
    void everyBuildOfAnImageIsRead() throws RefusedException {
        UnikraftIndex image = find(index(build("x86_64", "qemu"), build("arm64", "qemu"), build("x86_64", "fc")))
                .orElseThrow();

        assertThat(image.builds())
                .extracting(UnikraftIndex.Build::platform)
                .containsExactly("qemu/x86_64", "qemu/arm64", "fc/x86_64");
        assertThat(image.builds())
                .extracting(UnikraftIndex.Build::kernelVersion)
                .containsOnly(Optional.of("0.17.0"));
        assertThat(image.builds().getFirst().isFor(Arch.X86_64)).isTrue();
        assertThat(image.builds().getFirst().isFor(Arch.ARM64)).isFalse();
        assertThat(image.builds().getLast().isFor(Arch.X86_64)).isFalse();
    }

    @Test
    void indexWithoutTheAnnotationIsNoUnikraftImage() throws RefusedException {
        String marked = index(build("x86_64", "qemu"));
        assertThat(find(marked.replace("sh.kraftkit.version", "org.example.version")))
                .isEmpty();
        // The annotation of one manifest is enough: tools that make a new index of some manifests drop that of the
        // index.
        assertThat(find(marked.replace("\"annotations\":{\"sh.kraftkit.version\":\"0.9.3\"}", "\"annotations\":{}")))
                .isPresent();
        assertThat(find(marked.replace(
                        "\"annotations\":{\"sh.kraftkit.version\"",
                        "\"annotations\":{\"dev.unipkg.artifact-type\":\"" + MediaTypes.PACKAGE
                                + "\",\"sh.kraftkit.version\"")))
                .isEmpty();
    }

    @Test
    void imageThatDoesNotSayWhatItIsForIsRefused() {
        assertThatThrownBy(() -> find(index(build("x86_64", "qemu").replaceAll("(?s),\\s*\"platform\".*", "}"))))
                .hasMessage("\"manifests[0].platform\" is missing");
        assertThatThrownBy(() -> find(index())).hasMessage("not a package: it is a Unikraft image without a kernel");
        assertThatThrownBy(() -> find(index(build("x86_64", "q".repeat(200)))))
                .hasMessageContaining("expected a word of at most 128 characters");
        assertThatThrownBy(() -> find(index(build("x86_64", "qemu").replace("image.manifest", "image.index"))))
                .hasMessageContaining("\"manifests[0].mediaType\" is \"application/vnd.oci.image.index.v1+json\"");
    }

    @Test
    void configTellsArgumentsEnvironmentAndWhetherTheKernelHasATableOfMounts() throws RefusedException {
        UnikraftConfig config = UnikraftConfig.read("""
                {"architecture":"x86_64","os":"qemu","os.version":"0.17.0",
                "os.features":["CONFIG_LIBVFSCORE_AUTOMOUNT_UP=y","CONFIG_UK_NAME=nginx"],
                "config":{"Env":["PATH=/bin","NOTHING","MODE=a=b","MODE=c"],
                "Cmd":["/usr/bin/nginx","-c","/etc/nginx/nginx.conf"]},
                "rootfs":{"type":"layers","diff_ids":["%s"]}}
                """.formatted(DIGEST).getBytes(UTF_8));

        assertThat(config.command()).containsExactly("/usr/bin/nginx", "-c", "/etc/nginx/nginx.conf");
        assertThat(config.environment()).isEqualTo(Map.of("PATH", "/bin", "MODE", "c"));
        assertThat(config.mountsByTable()).isTrue();
        assertThat(new UnikraftConfig("qemu", "x86_64", config.command(), config.environment(), Set.of())
                        .mountsByTable())
                .isFalse();
    }

    @Test
    void manifestWithASha512IsRefused() {
        String sha512 = "sha512:" + "a".repeat(128);
        assertThatThrownBy(() -> find(
                        index(build("x86_64", "qemu"), build("arm64", "qemu").replace(DIGEST, sha512))))
                .isInstanceOf(RefusedException.class)
                .hasMessage("\"manifests[1].digest\" is \"" + sha512 + "\", expected sha256: and 64 lowercase hex"
                        + " digits, as in everything that pkg gets");
    }

    private static Optional<UnikraftIndex> find(String index) throws RefusedException {
        return UnikraftIndex.find(Index.read(index.getBytes(UTF_8)));
    }

    private static String build(String architecture, String monitor) {
        return BUILD.formatted(DIGEST, architecture, monitor);
    }

    private static String index(String... builds) {
        return """
                {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[%s],
                "annotations":{"sh.kraftkit.version":"0.9.3"}}
                """.formatted(String.join(",", builds));
    }
}
