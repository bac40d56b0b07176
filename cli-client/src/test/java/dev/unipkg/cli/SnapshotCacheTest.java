package dev.unipkg.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.cli.PkgCommand.Result;
import dev.unipkg.cli.machine.snapshot.MadeSnapshot;
import dev.unipkg.cli.training.FakeRegistry;
import dev.unipkg.cli.training.SampleVersion;
import dev.unipkg.format.Arch;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The snapshots of machines among the contents of the shelf.
@Timeout(60)
class SnapshotCacheTest {
    @TempDir
    Path home;

    private FakeRegistry registry;
    private PkgCommand pkg;
    private Path snapshots;
    private Path qemu;

    @BeforeEach
    void start() throws IOException {
        registry = new FakeRegistry();
        pkg = PkgCommand.at(home, registry);
        new SampleVersion("1.0", 5000, Arch.X86_64).publish(registry, "acme/tool", "1.0");
        new SampleVersion("1.1", 5000, Arch.X86_64).publish(registry, "acme/tool", "1.1");
        snapshots = home.resolve("snapshots");
        qemu = Files.writeString(home.resolve("qemu"), "a program");
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void lsShowsASnapshotWithItsMachineItsSizeOnTheDiskAndItsLastUse() throws IOException {
        Path folder = MadeSnapshot.in(snapshots, "acme/tool:1.0", qemu);
        String name = "acme/tool:1.0 (linux:6.1, q35, tcg, 512M, 1 cpu, %.12s)".formatted(folder.getFileName());

        Result listed = pkg.run("cache", "ls");
        assertThat(listed.out()).contains("snapshot", name, "just now").doesNotContain("rest");

        String json = pkg.run("cache", "ls", "--output", "json").out();
        var items = Json.parseObject(json.getBytes(StandardCharsets.UTF_8), JsonLimits.DEFAULT)
                .list("items", fields -> fields);
        assertThat(items).hasSize(1);
        assertThat(items.getFirst().text("kind")).isEqualTo("snapshot");
        assertThat(items.getFirst().text("name")).isEqualTo(name);
        assertThat(items.getFirst().number("bytes", 1, MadeSnapshot.MEMORY_BYTES / 10))
                .as("without the holes in its memory")
                .isPositive();
        assertThat(items.getFirst().flag("inUse")).isFalse();
    }

    @Test
    void rmOfAVersionRemovesItsSnapshotsAndNoOthers() throws IOException {
        succeed("get", "acme/tool:1.0", "--arch", "x86_64");
        Path first = MadeSnapshot.in(snapshots, "acme/tool:1.0", qemu);
        Path second = MadeSnapshot.in(snapshots, "acme/tool:1.0", qemu);
        Path other = MadeSnapshot.in(snapshots, "acme/tool:1.1", qemu);
        Path another = MadeSnapshot.in(snapshots, "acme/tools:1.0", qemu);

        Result removed = pkg.run("cache", "rm", "acme/tool:1.0");

        assertThat(removed.out().lines()).hasSize(3).allMatch(line -> line.startsWith("acme/tool:1.0"));
        assertThat(List.of(first, second)).noneMatch(Files::exists);
        assertThat(List.of(other, another)).allMatch(Files::exists);
    }

    @Test
    void rmRemovesSnapshotsOfAPackageThatIsGone() throws IOException {
        Path first = MadeSnapshot.in(snapshots, "acme/tool:1.0", qemu);
        Path second = MadeSnapshot.in(snapshots, "acme/tool:1.1", qemu);

        succeed("cache", "rm", "acme/tool:1.1");
        assertThat(first).exists();
        assertThat(second).doesNotExist();
        succeed("cache", "rm", "acme/tool");
        assertThat(snapshots).isEmptyDirectory();
        assertThat(pkg.run("cache", "rm", "acme/tool").exit()).isEqualTo(3);
    }

    @Test
    void pruneRemovesWhatCanNotBeResumedAndNothingElse() throws IOException {
        Path whole = MadeSnapshot.in(snapshots, "acme/tool:1.0", qemu);
        Path damaged = MadeSnapshot.in(snapshots, "acme/tool:1.0", qemu);
        Files.writeString(damaged.resolve("state"), "damaged");
        Path former = MadeSnapshot.in(
                snapshots, "acme/tool:1.0", Files.writeString(home.resolve("former"), "a former program"));
        Files.delete(home.resolve("former"));
        Path young = MadeSnapshot.draft(snapshots);
        Path old = MadeSnapshot.draft(snapshots);
        MadeSnapshot.age(old, Duration.ofHours(2));
        Path log = Files.writeString(snapshots.resolve("last.log"), "");

        assertThat(pkg.run("cache", "ls").out().lines().filter(line -> line.startsWith("rest")))
                .hasSize(3);
        Result pruned = pkg.run("cache", "prune");

        assertThat(pruned.out()).isEmpty();
        assertThat(List.of(damaged, former, old)).noneMatch(Files::exists);
        assertThat(List.of(whole, young, log)).allMatch(Files::exists);
        assertThat(pkg.run("cache", "ls").out()).contains("snapshot").doesNotContain("rest");
    }

    @Test
    void pruneByAgeRemovesWhatWasNotResumedSince() throws IOException {
        Path old = MadeSnapshot.in(snapshots, "acme/tool:1.0", qemu);
        Path young = MadeSnapshot.in(snapshots, "acme/tool:1.1", qemu);
        MadeSnapshot.age(old, Duration.ofDays(40));

        Result pruned = pkg.run("cache", "prune", "--older-than", "30d");

        assertThat(pruned.out()).startsWith("acme/tool:1.0 (linux:6.1, ").hasLineCount(1);
        assertThat(old).doesNotExist();
        assertThat(young).exists();
    }

    @Test
    void pruneBySizeRemovesTheLeastRecentlyUsedFirst() throws IOException {
        Path oldest = MadeSnapshot.in(snapshots, "acme/tool:1.0", qemu);
        Path middle = MadeSnapshot.in(snapshots, "acme/tool:1.1", qemu);
        Path youngest = MadeSnapshot.in(snapshots, "acme/tool:1.2", qemu);
        MadeSnapshot.age(oldest, Duration.ofDays(3));
        MadeSnapshot.age(middle, Duration.ofDays(2));
        String json = pkg.run("cache", "ls", "--output", "json").out();
        long total = Json.parseObject(json.getBytes(StandardCharsets.UTF_8), JsonLimits.DEFAULT)
                .number("totalBytes", 1, Json.Num.MAX);

        succeed("cache", "prune", "--keep-size", Long.toString(total - 1));

        assertThat(oldest).doesNotExist();
        assertThat(List.of(middle, youngest)).allMatch(Files::exists);
        succeed("cache", "prune", "--keep-size", "0");
        assertThat(snapshots).isEmptyDirectory();
    }

    @Test
    void linkIsNeitherCountedNorRemoved(@TempDir Path elsewhere) throws IOException {
        Path folder = MadeSnapshot.in(snapshots, "acme/tool:1.0", qemu);
        Path target = Files.move(folder, elsewhere.resolve("target"));
        Files.createSymbolicLink(folder, target);
        String sentence = folder + " is a link, which is not followed; it is neither counted nor removed\n";

        Result listed = pkg.run("cache", "ls");
        assertThat(listed.out()).isEmpty();
        assertThat(listed.err()).contains(sentence);
        Result pruned = pkg.run("cache", "prune", "--keep-size", "0");
        assertThat(pruned.err()).isEqualTo(sentence + "freed 0 B\n");
        assertThat(folder).isSymbolicLink();
        assertThat(target.resolve("ram")).exists();
    }

    @Test
    void linkInThePlaceOfAllSnapshotsIsNeitherCountedNorRemoved(@TempDir Path elsewhere) throws IOException {
        Path folder = MadeSnapshot.in(elsewhere.resolve("all"), "acme/tool:1.0", qemu);
        Files.createSymbolicLink(snapshots, elsewhere.resolve("all"));

        assertThat(pkg.run("cache", "ls").out()).isEmpty();
        assertThat(pkg.run("cache", "prune", "--keep-size", "0").err())
                .isEqualTo(snapshots + " is a link, which is not followed; it is neither counted nor removed\n"
                        + "freed 0 B\n");
        assertThat(pkg.run("cache", "rm", "acme/tool").exit()).isEqualTo(3);
        assertThat(folder.resolve("ram")).exists();
    }

    @Test
    void snapshotOfAnotherUserIsNeitherCountedNorRemoved() throws Exception {
        Path folder = MadeSnapshot.in(snapshots, "acme/tool:1.0", qemu);
        Process chown = new ProcessBuilder("chown", "nobody", folder.toString()).start();
        assumeTrue(chown.waitFor() == 0, "only root may give a folder to another user");

        assertThat(pkg.run("cache", "ls").out()).isEmpty();
        assertThat(pkg.run("cache", "prune", "--keep-size", "0").err())
                .isEqualTo(folder + " belongs to the user nobody; it is neither counted nor removed\nfreed 0 B\n");
        assertThat(folder.resolve("ram")).exists();
    }

    private void succeed(String... words) {
        Result result = pkg.run(words);
        assertThat(result.exit()).as(result.err()).isZero();
    }
}
