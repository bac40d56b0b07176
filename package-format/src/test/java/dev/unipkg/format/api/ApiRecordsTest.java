package dev.unipkg.format.api;

import static dev.unipkg.format.Golden.assertGolden;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.format.oci.Readiness;
import dev.unipkg.format.oci.UnikernelSettings;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ApiRecordsTest {

    private static final PackageName NGINX = PackageName.parse("nginx");
    private static final Version VERSION = new Version("1.28+7");
    private static final Digest DIGEST = new Digest("ab".repeat(32));
    private static final Instant THEN = Instant.parse("2026-01-31T12:00:00Z");

    /// Each document, whole, as `golden/api/<name>.json` has it.
    record Example<T extends ApiRecord>(String name, T document, Door<T> door) {
        interface Door<T> {
            T read(byte[] json) throws RefusedException;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Example<?>> examples() {
        List<Arch> archs = List.of(Arch.X86_64, Arch.ARM64);
        VersionSummary summary = new VersionSummary(VERSION, DIGEST, THEN, archs);
        return Stream.of(
                new Example<>("server-info", new ServerInfo("unipkg", "0.1.0", "v1"), ServerInfo::read),
                new Example<>(
                        "package-list",
                        new PackageList(
                                List.of(
                                        new PackageSummary(
                                                NGINX,
                                                Optional.of(VERSION),
                                                Optional.of("a web server"),
                                                archs,
                                                Optional.of(THEN)),
                                        new PackageSummary(
                                                PackageName.parse("acme/bare"),
                                                Optional.empty(),
                                                Optional.empty(),
                                                List.of(),
                                                Optional.empty())),
                                Optional.of("acme/bare")),
                        PackageList::read),
                new Example<>(
                        "package-info",
                        new PackageInfo(
                                NGINX,
                                Optional.of("a web server"),
                                Optional.of("BSD-2-Clause"),
                                Optional.of("https://example.org/source"),
                                Optional.of("https://example.org/docs"),
                                Optional.of(VERSION),
                                new TreeMap<>(Map.of("lts", VERSION)),
                                3,
                                Optional.of(THEN)),
                        PackageInfo::read),
                new Example<>("version-list", new VersionList(List.of(summary), Optional.empty()), VersionList::read),
                new Example<>("version-info", versionInfo(), VersionInfo::read),
                new Example<>(
                        "file-list",
                        new FileList(
                                List.of(
                                        new FileInfo("usr", FileInfo.Type.DIRECTORY, 0, false, Optional.empty()),
                                        new FileInfo("usr/a", FileInfo.Type.FILE, 12, true, Optional.empty()),
                                        new FileInfo("usr/b", FileInfo.Type.SYMLINK, 0, false, Optional.of("a"))),
                                Optional.of("usr/b")),
                        FileList::read),
                new Example<>(
                        "kernel-family-list",
                        new KernelFamilyList(List.of(new KernelFamilyInfo(
                                "nanos", new TreeMap<>(Map.of("stable", VERSION)), 2, Optional.of(VERSION)))),
                        KernelFamilyList::read),
                new Example<>(
                        "kernel-release-list",
                        new KernelReleaseList(List.of(summary), Optional.of("x")),
                        KernelReleaseList::read),
                new Example<>(
                        "kernel-release-info",
                        new KernelReleaseInfo(
                                "nanos",
                                VERSION,
                                DIGEST,
                                THEN,
                                List.of(new KernelReleaseInfo.Build(
                                        Arch.ARM64,
                                        DIGEST,
                                        List.of(new KernelReleaseInfo.File("kernel.img", DIGEST, 5))))),
                        KernelReleaseInfo::read),
                new Example<>("point-to", new PointTo(VERSION), PointTo::read),
                new Example<>("account-info", new AccountInfo(false, false, List.of("acme")), AccountInfo::read),
                new Example<>(
                        "namespace-list",
                        new NamespaceList(List.of(new NamespaceInfo("acme", THEN)), Optional.of("acme")),
                        NamespaceList::read),
                new Example<>(
                        "key-list",
                        new KeyList(
                                List.of(
                                        new KeyInfo(
                                                "k1",
                                                Optional.of("acme"),
                                                "CI",
                                                THEN,
                                                Optional.of(THEN),
                                                Optional.empty()),
                                        new KeyInfo(
                                                "k2",
                                                Optional.empty(),
                                                "mine",
                                                THEN,
                                                Optional.empty(),
                                                Optional.of("upk_x"))),
                                Optional.empty()),
                        KeyList::read),
                new Example<>(
                        "problem",
                        new Problem(
                                Problem.TYPES + "digest-mismatch",
                                "Digest mismatch",
                                400,
                                "the content is another",
                                Optional.of("digest"),
                                Optional.of("the digest of the body")),
                        Problem::read));
    }

    private static VersionInfo versionInfo() {
        UnikernelSettings unikernel = new UnikernelSettings(
                Optional.of("nanos"),
                Optional.of(">=0.1.54"),
                List.of("tls"),
                1 << 28,
                2,
                1 << 20,
                new TreeMap<>(Map.of("exec_wait_for_ip4_secs", "5")),
                Optional.of(new Readiness.HttpGet(80, "/")));
        BuildInfo.Config config = new BuildInfo.Config(
                List.of("/usr/sbin/nginx"),
                List.of("-g", "daemon off;"),
                new TreeMap<>(Map.of("TZ", "UTC")),
                "/srv",
                new TreeSet<>(List.of("80/tcp")),
                new TreeSet<>(List.of("/data")),
                "",
                unikernel);
        return new VersionInfo(
                NGINX,
                VERSION,
                DIGEST,
                THEN,
                List.of(new BuildInfo(
                        Arch.X86_64,
                        DIGEST,
                        77,
                        config,
                        List.of(new BuildInfo.Layer(LayerKind.RUNTIME, DIGEST, 77, DIGEST)))));
    }

    @ParameterizedTest
    @MethodSource("examples")
    <T extends ApiRecord> void isWrittenAsDocumented(Example<T> example) {
        assertGolden(
                "api/" + example.name() + ".json", example.document().toJson().toPrettyString());
    }

    @ParameterizedTest
    @MethodSource("examples")
    <T extends ApiRecord> void isReadBack(Example<T> example) throws RefusedException {
        assertThat(example.door().read(example.document().toBytes())).isEqualTo(example.document());
    }

    @ParameterizedTest
    @MethodSource("examples")
    <T extends ApiRecord> void toleratesMembersItDoesNotKnow(Example<T> example) throws RefusedException {
        String json = new String(example.document().toBytes(), StandardCharsets.UTF_8);
        byte[] grown = json.replaceFirst("\\{", "{\"later\":[1],").getBytes(StandardCharsets.UTF_8);
        assertThat(example.door().read(grown)).isEqualTo(example.document());
    }

    @ParameterizedTest
    @MethodSource("examples")
    <T extends ApiRecord> void hasMembersNamedAsItsComponents(Example<T> example) {
        List<String> components = Arrays.stream(example.document().getClass().getRecordComponents())
                .map(RecordComponent::getName)
                .toList();
        assertThat(components).containsAll(example.document().toJson().members().keySet());
    }

    @Test
    void namesTheMemberThatIsWrong() {
        byte[] json = "{\"packages\":[{\"name\":\"UPPER/case\",\"archs\":[]}]}".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> PackageList.read(json))
                .isInstanceOf(RefusedException.class)
                .hasMessage("\"packages[0].name\" is \"UPPER/case\", expected namespace/name");
    }
}
