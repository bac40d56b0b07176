package dev.unipkg.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.cli.PkgCommand.Result;
import dev.unipkg.cli.machine.instance.SampleInstance;
import dev.unipkg.cli.shelf.Shelf;
import dev.unipkg.cli.shelf.ShelfUse;
import dev.unipkg.cli.training.FakeRegistry;
import dev.unipkg.cli.training.SampleKernel;
import dev.unipkg.cli.training.SampleVersion;
import dev.unipkg.format.Arch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The contents of the shelf, and their removal.
@Timeout(60)
class CacheTest {
    @TempDir
    Path home;

    private FakeRegistry registry;
    private PkgCommand pkg;

    @BeforeEach
    void start() throws IOException {
        registry = new FakeRegistry();
        pkg = PkgCommand.at(home, registry);
        new SampleVersion("1.0", 5000, Arch.X86_64).publish(registry, "acme/tool", "1.0");
        new SampleVersion("1.1", 9000, Arch.X86_64).publish(registry, "acme/tool", "1.1");
        SampleKernel.publish(registry, "6.1", "stable");
        succeed("image", "build", "acme/tool:1.0", "--arch", "x86_64", "--kernel", "linux");
        succeed("get", "acme/tool:1.1", "--arch", "x86_64");
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void lsShowsPackagesKernelsAndImagesWithTheirSizesAndLastUse() {
        Result listed = pkg.run("cache", "ls");

        assertThat(listed.out())
                .containsPattern("KIND +NAME +SIZE +LAST USED\n")
                .containsPattern("package +acme/tool:1\\.0 +[0-9.]+ KiB +(just now|\\d+ seconds? ago)\n")
                .containsPattern("package +acme/tool:1\\.1 +")
                .containsPattern("image +acme/tool:1\\.0 \\(linux:6\\.1\\) +")
                .containsPattern("kernel +kernels/linux:6\\.1 +")
                .doesNotContain("rest");
        assertThat(listed.err()).matches("[0-9.]+ KiB in " + home + "\n");
    }

    @Test
    void rmOfAVersionRemovesItWithItsImageAndNothingOfTheOthers() throws IOException {
        Result removed = pkg.run("cache", "rm", "acme/tool:1.0");

        assertThat(removed.exit()).as(removed.err()).isZero();
        assertThat(removed.out()).isEqualTo("acme/tool:1.0\nacme/tool:1.0 (linux:6.1)\n");
        assertThat(removed.err()).startsWith("freed ");
        assertThat(home.resolve("images")).isEmptyDirectory();
        assertThat(pkg.run("contents", "acme/tool:1.1", "--arch", "x86_64", "--offline")
                        .exit())
                .isZero();
        assertThat(pkg.run("cache", "ls").out()).doesNotContain("tool:1.0", "rest");
    }

    @Test
    void whatWasRemovedIsSaidToBeMissingOfflineAndIsFetchedAgain() {
        succeed("cache", "rm", "acme/tool");

        Result offline = pkg.run("run", "--offline", "acme/tool", "--arch", "x86_64", "--qemu", "/bin/false");
        assertThat(offline.exit()).isEqualTo(5);
        assertThat(offline.err())
                .isEqualTo("pkg: no version of acme/tool from %s is on the shelf, and --offline was given\n"
                                .formatted(registry.url())
                        + "  next: get it without --offline: pkg get acme/tool\n");
        succeed("get", "acme/tool:1.0", "--arch", "x86_64");
    }

    @Test
    void rmOfWhatIsNotThereIsNotFound() {
        assertThat(pkg.run("cache", "rm", "acme/other")).isEqualTo(new Result(3, "", """
            pkg: nothing of acme/other is on the shelf
              next: see what is there with: pkg cache ls
            """));
    }

    @Test
    void imageThatARunningInstanceUsesStays() throws Exception {
        Process machine = new ProcessBuilder("sleep", "600").start();
        try {
            Path folder = SampleInstance.running(home, "web", machine);
            Path record = folder.resolve("instance.json");
            Path image = only(home.resolve("images"));
            Files.writeString(record, Files.readString(record).replace("/shelf/images/ab", image.toString()));

            assertThat(pkg.run("cache", "ls").out()).containsPattern("image +acme/tool.* in use\n");
            Result removed = pkg.run("cache", "rm", "acme/tool");
            assertThat(removed.err()).startsWith("kept acme/tool:1.0 (linux:6.1), which an instance uses\n");
            succeed("cache", "prune", "--keep-size", "0");
            assertThat(image).exists();
        } finally {
            machine.destroyForcibly().waitFor();
        }
        succeed("cache", "prune", "--keep-size", "0");
        assertThat(home.resolve("images")).isEmptyDirectory();
    }

    @Test
    void imagesStayWhileTheRecordOfAnInstanceIsDamaged() throws Exception {
        Path record = SampleInstance.ended(home, "web", 0).resolve("instance.json");
        Files.writeString(record, "{");
        Path image = only(home.resolve("images"));

        Result removed = pkg.run("cache", "rm", "acme/tool");
        assertThat(removed.err())
                .startsWith("kept acme/tool:1.0 (linux:6.1), which an instance may use\n"
                        + "the record of web is damaged: it may use any image; remove it first: pkg rm -f web\n");
        succeed("cache", "prune", "--keep-size", "0");
        assertThat(image).exists();
        succeed("rm", "-f", "web");
        succeed("cache", "prune", "--keep-size", "0");
        assertThat(image).doesNotExist();
    }

    @Test
    void pruneRemovesWhatNoNameStandsForAndNothingElse() throws IOException {
        Path blob = home.resolve("blobs/sha256").resolve("a".repeat(64));
        Files.writeString(blob, "left by a killed command");
        Files.writeString(home.resolve("partial").resolve("b".repeat(64)), "half of a download");
        assertThat(pkg.run("cache", "ls").out()).containsPattern("rest +42 B +-\n");

        Result pruned = pkg.run("cache", "prune");

        assertThat(pruned).isEqualTo(new Result(0, "", "freed 42 B\n"));
        assertThat(blob).doesNotExist();
        succeed("run", "--help");
        assertThat(pkg.run("cache", "ls").out()).contains("acme/tool:1.0", "acme/tool:1.1", "kernels/linux:6.1");
    }

    @Test
    void pruneByAgeRemovesWhatWasNotUsedSinceButNothingBuiltHere() throws IOException {
        succeed("build", "/bin/true", "-t", "acme/true:1.0");
        age(home.resolve("blobs/sha256"));
        succeed("get", "acme/tool:1.1", "--arch", "x86_64");

        Result pruned = pkg.run("cache", "prune", "--older-than", "30d");

        assertThat(pruned.out().lines()).containsExactlyInAnyOrder("acme/tool:1.0", "kernels/linux:6.1");
        assertThat(pkg.run("cache", "ls").out()).contains("acme/tool:1.1", "acme/true:1.0", "(linux:6.1)");
        assertThat(pkg.run("cache", "prune", "--older-than", "soon").exit()).isEqualTo(2);
    }

    @Test
    void pruneBySizeRemovesTheLeastRecentlyUsedFirst() throws IOException {
        age(home.resolve("blobs/sha256"));
        succeed("get", "acme/tool:1.1", "--arch", "x86_64");
        succeed("image", "build", "acme/tool:1.0", "--arch", "x86_64", "--kernel", "linux");
        age(only(home.resolve("images")));

        String total =
                pkg.run("cache", "ls", "--output", "json").out().replaceAll("(?s).*totalBytes\": ([0-9]+).*", "$1");

        Result pruned = pkg.run("cache", "prune", "--keep-size", Long.toString(Long.parseLong(total) - 1));

        assertThat(pruned.out()).isEqualTo("acme/tool:1.0 (linux:6.1)\n");
    }

    @Test
    void rmWaitsForAPkgThatUsesTheShelf() throws Exception {
        CompletableFuture<Result> removal;
        try (ShelfUse get = Shelf.open(home).use()) {
            removal = CompletableFuture.supplyAsync(() -> pkg.run("cache", "rm", "acme/tool:1.0"));
            try (ShelfUse another = Shelf.open(home).use()) {
                assertThat(home.resolve("images")).isNotEmptyDirectory();
            }
            assertThat(removal).isNotDone();
            assertThat(home.resolve("images")).isNotEmptyDirectory();
        }
        assertThat(removal.get().exit()).isZero();
        assertThat(home.resolve("images")).isEmptyDirectory();
    }

    @Test
    void rmWaitsForAnotherProcessThatUsesTheShelf() throws Exception {
        Process other = pkg.start("get", "acme/tool:1.1", "--arch", "x86_64");
        Result removed = pkg.run("cache", "rm", "acme/tool:1.0");

        assertThat(other.waitFor()).isZero();
        assertThat(removed.exit()).isZero();
        assertThat(pkg.run("contents", "acme/tool:1.1", "--arch", "x86_64", "--offline")
                        .exit())
                .isZero();
    }

    private void succeed(String... words) {
        Result result = pkg.run(words);
        assertThat(result.exit()).as(result.err()).isZero();
    }

    private static Path only(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findFirst().orElseThrow();
        }
    }

    private static void age(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(40))));
            }
        }
    }
}
