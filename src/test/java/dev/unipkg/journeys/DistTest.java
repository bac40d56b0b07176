package dev.unipkg.journeys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The files that people install, made from what this build left.
class DistTest {

    private static final Path MAKER =
            Path.of("../../deploy/dist/dist.sh").toAbsolutePath().normalize();
    private static final long TIMEOUT_MINUTES = 10;

    @TempDir
    static Path folder;

    private static Path dist;

    @BeforeAll
    static void make() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/zstd")), "needs zstd: apt-get install zstd");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/dpkg-deb")), "looks into packages of Debian with its dpkg-deb");
        dist = folder.resolve("dist");
        run(List.of("env", "DIST_DIR=" + dist, MAKER.toString()));
    }

    @Test
    void checksumsMatchEveryFile() throws Exception {
        assertThat(run(List.of("sh", "-c", "cd " + dist + " && sha256sum -c SHA256SUMS")))
                .contains(".tar.zst: OK", "unipkg_", "unipkg-registry_")
                .doesNotContain("FAILED");
    }

    @Test
    void unpackedClientRunsAndMakesItsStartUpCacheOnce() throws Exception {
        run(List.of("tar", "-xf", one("pkg-*.tar.zst").toString(), "-C", folder.toString()));
        Path home;
        try (Stream<Path> unpacked = Files.list(folder)) {
            home = unpacked.filter(path -> path.getFileName().toString().startsWith("pkg-"))
                    .findFirst()
                    .orElseThrow();
        }
        Path libraries = home.resolve("lib");
        Path cache = libraries.resolve("pkg.aot");
        assertThat(cache).doesNotExist();

        try (WatchService made = home.getFileSystem().newWatchService()) {
            WatchKey files = libraries.register(made, StandardWatchEventKinds.ENTRY_CREATE);
            assertThat(run(List.of(
                            "env",
                            "-i",
                            "PATH=/usr/bin:/bin",
                            home.resolve("bin/pkg").toString(),
                            "version")))
                    .startsWith("pkg ");

            while (!Files.exists(cache)) {
                assertThat(made.poll(60, TimeUnit.SECONDS))
                        .as(cache + " is made")
                        .isNotNull();
                files.pollEvents();
                files.reset();
            }
        }
        assertThat(run(List.of(home.resolve("bin/pkg").toString(), "version"))).startsWith("pkg ");
    }

    @Test
    void clientPackageHasItsCommandAndCompletionAndNoCache() throws Exception {
        String deb = one("unipkg_*.deb").toString();

        assertThat(run(List.of("dpkg-deb", "-I", deb)))
                .contains("Package: unipkg\n", "Recommends: qemu-system-x86", "postinst");
        assertThat(run(List.of("dpkg-deb", "-c", deb)))
                .contains(
                        "./usr/bin/pkg -> ../lib/unipkg/bin/pkg",
                        "./usr/share/bash-completion/completions/pkg",
                        "./usr/share/zsh/vendor-completions/_pkg",
                        "./usr/share/fish/vendor_completions.d/pkg.fish")
                .doesNotContain("pkg.aot");
    }

    @Test
    void serverPackageHasItsUnitAndSettings() throws Exception {
        String deb = one("unipkg-registry_*.deb").toString();

        assertThat(run(List.of("dpkg-deb", "-I", deb))).contains("Package: unipkg-registry\n", "adduser", "conffiles");
        assertThat(run(List.of("dpkg-deb", "-c", deb)))
                .contains(
                        "./usr/bin/unipkg-registry -> ../lib/unipkg-registry/bin/registry",
                        "./usr/lib/systemd/system/unipkg-registry.service",
                        "./etc/unipkg/registry.env",
                        "./usr/lib/unipkg-registry/runtime/bin/java");
    }

    @Test
    void serverUserMayNotChangeTheStartUpCacheThatRootRunsToo() throws Exception {
        String deb = one("unipkg-registry_*.deb").toString();
        Path files = folder.resolve("server");
        run(List.of("dpkg-deb", "-R", deb, files.toString()));

        // systemd gives a CacheDirectory to the unit's user at every start.
        assertThat(files.resolve("usr/lib/systemd/system/unipkg-registry.service"))
                .content()
                .contains("User=unipkg-registry", "StateDirectory=")
                .doesNotContain("CacheDirectory");
        String installer = Files.readString(files.resolve("DEBIAN/postinst"));
        assertThat(installer.lines().filter(line -> line.contains("-o $user")))
                .noneMatch(line -> line.contains("cache"));
        assertThat(installer).contains("cache=/var/cache/$user", "install -d -o root -g $user -m 0750 $cache");
    }

    private static Path one(String glob) throws IOException {
        try (var found = Files.newDirectoryStream(dist, glob)) {
            return found.iterator().next();
        }
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Path said = Files.createTempFile(folder, "said", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        if (!process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES)) {
            process.destroy();
        }
        assertThat(process.waitFor()).as(Files.readString(said)).isZero();
        return Files.readString(said, UTF_8);
    }
}
