package dev.unipkg.api;

import static dev.unipkg.format.Golden.assertGolden;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.format.oci.Readiness;
import dev.unipkg.format.oci.ResumeDeclaration;
import dev.unipkg.format.oci.UnikernelSettings;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ApiRecordsTest {

    private static final PackageName NGINX = PackageName.parse("nginx");
    private static final Version VERSION = new Version("1.28+7");
    private static final Digest DIGEST = new Digest("ab".repeat(32));
    private static final Instant THEN = Instant.parse("2026-01-31T12:00:00Z");

    /// Each document, whole, as `golden/api/<name>.json` has it.
    record Example(String name, ApiRecord document) {

        ApiRecord read(byte[] json) throws RefusedException {
            return document instanceof Page<?> page
                    ? page.list().read(json)
                    : ApiRecord.read(json, document.getClass());
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Example> examples() {
        List<Arch> archs = List.of(Arch.X86_64, Arch.ARM64);
        VersionSummary summary = new VersionSummary(VERSION, DIGEST, THEN, archs, Optional.of(new Downloads(12, 3)));
        return Stream.of(
                new Example("server-info", new ServerInfo("unipkg", "0.1.0", "v1")),
                new Example(
                        "package-list",
                        new Page<>(
                                ApiList.PACKAGES,
                                List.of(
                                        new PackageSummary(
                                                NGINX,
                                                Optional.of(VERSION),
                                                Optional.of("a web server"),
                                                archs,
                                                Optional.of(THEN),
                                                Optional.of(new Downloads(1234, 56))),
                                        new PackageSummary(
                                                PackageName.parse("acme/bare"),
                                                Optional.empty(),
                                                Optional.empty(),
                                                List.of(),
                                                Optional.empty(),
                                                Optional.empty())),
                                Optional.of("acme/bare"))),
                new Example(
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
                                Optional.of(THEN),
                                Optional.of(new Downloads(1234, 56)))),
                new Example(
                        "download-series",
                        new DownloadSeries(
                                LocalDate.parse("2025-10-31"),
                                LocalDate.parse("2025-11-02"),
                                17,
                                List.of(
                                        new DownloadPeriod(
                                                LocalDate.parse("2025-10-01"), LocalDate.parse("2025-10-31"), 12),
                                        new DownloadPeriod(
                                                LocalDate.parse("2025-11-01"), LocalDate.parse("2025-11-01"), 0),
                                        new DownloadPeriod(
                                                LocalDate.parse("2025-11-02"), LocalDate.parse("2025-11-02"), 5)))),
                new Example("version-list", new Page<>(ApiList.VERSIONS, List.of(summary), Optional.empty())),
                new Example("version-info", versionInfo()),
                new Example(
                        "file-list",
                        new Page<>(
                                ApiList.FILES,
                                List.of(
                                        new FileInfo("usr", FileInfo.Type.DIRECTORY, 0, false, Optional.empty()),
                                        new FileInfo("usr/a", FileInfo.Type.FILE, 12, true, Optional.empty()),
                                        new FileInfo("usr/b", FileInfo.Type.SYMLINK, 0, false, Optional.of("a"))),
                                Optional.of("usr/b"))),
                new Example(
                        "kernel-family-list",
                        new Page<>(
                                ApiList.FAMILIES,
                                List.of(new KernelFamilyInfo(
                                        "nanos", new TreeMap<>(Map.of("stable", VERSION)), 2, Optional.of(VERSION))),
                                Optional.empty())),
                new Example("kernel-release-list", new Page<>(ApiList.RELEASES, List.of(summary), Optional.of("x"))),
                new Example(
                        "kernel-release-info",
                        new KernelReleaseInfo(
                                "nanos",
                                VERSION,
                                DIGEST,
                                THEN,
                                List.of(new KernelReleaseInfo.Build(
                                        Arch.ARM64,
                                        DIGEST,
                                        List.of(new KernelReleaseInfo.File("kernel.img", DIGEST, 5)))))),
                new Example(
                        "unikraft-list",
                        new Page<>(
                                ApiList.UNIKRAFT_IMAGES,
                                List.of(new UnikraftSummary(
                                        "acme/web", List.of("qemu/x86_64", "fc/arm64"), List.of("0.17.0"), THEN)),
                                Optional.empty())),
                new Example(
                        "unikraft-info",
                        new UnikraftInfo(
                                "acme/web",
                                List.of(new UnikraftInfo.UnikraftTag(
                                        "latest",
                                        DIGEST,
                                        THEN,
                                        List.of(new UnikraftInfo.UnikraftKernel(
                                                "qemu", "x86_64", Optional.of("0.17.0"), DIGEST)))))),
                new Example("point-to", new PointTo(VERSION)),
                new Example("account-info", new AccountInfo(false, false, List.of("acme"))),
                new Example(
                        "namespace-list",
                        new Page<>(
                                ApiList.NAMESPACES,
                                List.of(
                                        new NamespaceInfo("acme", THEN, Optional.of(5L), Optional.of(7L)),
                                        new NamespaceInfo("other", THEN, Optional.empty(), Optional.empty())),
                                Optional.of("other"))),
                new Example(
                        "key-list",
                        new Page<>(
                                ApiList.KEYS,
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
                                Optional.empty())),
                new Example(
                        "problem",
                        new Problem(
                                Problem.TYPES + "digest-mismatch",
                                "Digest mismatch",
                                400,
                                "the content is another",
                                Optional.of("digest"),
                                Optional.of("the digest of the body"))));
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
                Optional.of(new Readiness.HttpGet(80, "/")),
                Optional.of(new ResumeDeclaration.Safe(false, true)));
        BuildInfo.Config config = new BuildInfo.Config(
                List.of("/usr/sbin/nginx"),
                List.of("-g", "daemon off;"),
                new TreeMap<>(Map.of("TZ", "UTC")),
                Optional.of("/srv"),
                new TreeSet<>(List.of("80/tcp")),
                new TreeSet<>(List.of("/data")),
                Optional.empty(),
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
                        List.of(new BuildInfo.Layer(LayerKind.RUNTIME, DIGEST, 77, DIGEST)))),
                Optional.of(new Downloads(12, 3)));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void isWrittenAsDocumented(Example example) {
        assertGolden(
                "api/" + example.name() + ".json", example.document().toJson().toPrettyString());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void isReadBack(Example example) throws RefusedException {
        assertThat(example.read(example.document().toBytes())).isEqualTo(example.document());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void toleratesMembersItDoesNotKnow(Example example) throws RefusedException {
        String json = new String(example.document().toBytes(), StandardCharsets.UTF_8);
        byte[] grown = json.replaceFirst("\\{", "{\"later\":[1],").getBytes(StandardCharsets.UTF_8);
        assertThat(example.read(grown)).isEqualTo(example.document());
    }

    static Stream<Arguments> wrongDocuments() {
        return Stream.of(
                arguments(KeyInfo.class, "{}", "\"id\" is missing"),
                arguments(KeyInfo.class, "{'id':null}", "\"id\" is missing"),
                arguments(KeyInfo.class, "{'id':7}", "\"id\" is a number, expected a text"),
                arguments(
                        NamespaceInfo.class,
                        "{'name':'a','created':'yesterday'}",
                        "\"created\" is \"yesterday\", expected a time as in 2026-01-31T23:59:59Z"),
                arguments(AccountInfo.class, "{'anonymous':0}", "\"anonymous\" is a number, expected true or false"),
                arguments(
                        AccountInfo.class,
                        "{'anonymous':true,'administrator':true,'namespaces':['a',1]}",
                        "\"namespaces[1]\" is a number, expected a text"),
                arguments(
                        FileInfo.class,
                        "{'path':'a','type':'pipe'}",
                        "\"type\" is \"pipe\", expected file, directory or symlink"),
                arguments(
                        FileInfo.class,
                        "{'path':'a','type':'file','size':-1}",
                        "\"size\" is \"-1\", expected an integer from 0 to 9007199254740991"),
                arguments(PointTo.class, "{'version':'a b'}", "\"version\" is \"a b\", expected a version"),
                arguments(
                        PackageInfo.class,
                        "{'name':'a/b','tags':{'x':'1 0'}}",
                        "\"tags.x\" is \"1 0\", expected a version"),
                arguments(
                        VersionInfo.class,
                        "{'name':'a/b','version':'1','digest':'sha256:" + "0".repeat(64)
                                + "','published':'2026-01-31T12:00:00Z','builds':[{'arch':'vax'}]}",
                        "\"builds[0].arch\" is \"vax\", expected an architecture"));
    }

    @ParameterizedTest
    @MethodSource("wrongDocuments")
    void namesTheMemberThatIsWrong(Class<? extends ApiRecord> type, String json, String message) {
        byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> ApiRecord.read(bytes, type))
                .isInstanceOf(RefusedException.class)
                .hasMessage(message);
    }

    @Test
    void namesTheEntryOfAPageThatIsWrong() {
        byte[] json = "{\"packages\":[{\"name\":\"UPPER/case\",\"archs\":[]}]}".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> ApiList.PACKAGES.read(json))
                .isInstanceOf(RefusedException.class)
                .hasMessage("\"packages[0].name\" is \"UPPER/case\", expected namespace/name");
    }

    @Test
    void absentListsAreEmpty() throws RefusedException {
        byte[] json = "{\"anonymous\":true,\"administrator\":false}".getBytes(StandardCharsets.UTF_8);
        assertThat(ApiRecord.read(json, AccountInfo.class)).isEqualTo(new AccountInfo(true, false, List.of()));
    }
}
