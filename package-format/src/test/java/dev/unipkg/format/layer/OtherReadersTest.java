package dev.unipkg.format.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.TreePath;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Independent programs unpack our layers and see the same trees.
class OtherReadersTest {

    private static final int RANDOM_TREES = 12;

    @TempDir
    Path temp;

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "tar, tar, tar -xpf TAR -C DIR",
                "bsdtar, libarchive-tools, bsdtar -xpf TAR -C DIR",
                "python3, python3, `python3 -c 'import sys,tarfile;tarfile.open(sys.argv[1]).extractall(sys.argv[2])'"
                        + " TAR DIR`",
                "busybox, busybox, busybox tar -xpf TAR -C DIR"
            })
    void readsTheSameTree(String program, String debianPackage, String command) throws Exception {
        assumeTrue(
                run("command -v " + program).status == 0,
                () -> program + " is not installed, so it cannot say what it reads; on Debian: apt-get install "
                        + debianPackage);
        for (FileTree tree : trees()) {
            Path tar = unpackedTar(tree);
            Path folder = Files.createTempDirectory(temp, "unpacked");
            Ran ran = run(command.replace("TAR", tar.toString()).replace("DIR", folder.toString()));
            assertThat(ran.status).as(ran.error).isZero();
            assertThat(listing(folder)).isEqualTo(Trees.listing(tree));
        }
    }

    /// The reader in Java, of the compressed layer as a registry serves it.
    @Test
    void commonsCompressReadsTheSameTree() throws Exception {
        for (FileTree tree : trees()) {
            ByteArrayOutputStream blob = new ByteArrayOutputStream();
            WrittenLayer _ = LayerWriter.write(tree, blob, 1);
            List<String> listing = new ArrayList<>();
            try (TarArchiveInputStream tar = new TarArchiveInputStream(
                    new ZstdCompressorInputStream(new ByteArrayInputStream(blob.toByteArray())), "UTF-8")) {
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    listing.add(line(entry, tar));
                }
            }
            assertThat(listing).isEqualTo(Trees.listing(tree));
        }
    }

    private static String line(TarArchiveEntry entry, TarArchiveInputStream tar) throws IOException {
        assertThat(entry.getLongUserId() + ":" + entry.getLongGroupId()).isEqualTo("0:0");
        assertThat(entry.getLastModifiedTime().toMillis()).isZero();
        String path = entry.getName().replaceAll("/$", "");
        if (entry.isDirectory()) {
            assertThat(entry.getMode()).isEqualTo(0755);
            return path + " directory";
        }
        if (entry.isSymbolicLink()) {
            return path + " -> " + entry.getLinkName();
        }
        assertThat(entry.isFile() && !entry.isLink()).isTrue();
        assertThat(entry.getMode() & 07777).isIn(0644, 0755);
        byte[] content = tar.readAllBytes();
        assertThat(entry.getSize()).isEqualTo(content.length);
        return path + (entry.getMode() == 0755 ? " executable " : " file ") + content.length + " " + Digest.of(content);
    }

    /// The layers of a build, unpacked one over the other as container engines do.
    @ParameterizedTest
    @ValueSource(strings = {"tar -xpf TAR -C DIR", "bsdtar -xpf TAR -C DIR"})
    void readsTheSameTreeOfSeveralLayers(String command) throws Exception {
        String program = command.substring(0, command.indexOf(' '));
        assumeTrue(run("command -v " + program).status == 0, () -> program + " is not installed");
        int merged = 0;
        for (int seed = 0; seed < 2 * RANDOM_TREES; seed += 2) {
            List<FileTree> layers = List.of(Trees.random(seed), Trees.random(seed + 1));
            FileTree whole;
            try {
                whole = FileTree.ofLayers(layers);
            } catch (RefusedException e) {
                continue;
            }
            Path folder = Files.createTempDirectory(temp, "merged");
            for (FileTree layer : layers) {
                Ran ran = run(
                        command.replace("TAR", unpackedTar(layer).toString()).replace("DIR", folder.toString()));
                assertThat(ran.status).as(ran.error).isZero();
            }
            assertThat(listing(folder)).isEqualTo(Trees.listing(whole));
            merged++;
        }
        assertThat(merged).isGreaterThan(1);
    }

    private static List<FileTree> trees() {
        List<FileTree> trees = new ArrayList<>(List.of(Trees.sample(), FileTree.EMPTY));
        for (int seed = 0; seed < RANDOM_TREES; seed++) {
            trees.add(Trees.random(seed));
        }
        return trees;
    }

    private Path unpackedTar(FileTree tree) throws IOException {
        ByteArrayOutputStream blob = new ByteArrayOutputStream();
        WrittenLayer written = LayerWriter.write(tree, blob, 1);
        Path tar = Files.createTempDirectory(temp, "tar").resolve("layer.tar");
        LayerReader.unpack(
                new ByteArrayInputStream(blob.toByteArray()),
                LayerCompression.ZSTD,
                Limits.DEFAULT,
                new LayerReader.Expected(written.blob(), written.blobSize(), written.diffId()),
                tar);
        return tar;
    }

    /// The listing of `folder`, as [Trees#listing] writes it. It comes from find and sha256sum, because Java cannot
    /// read every file name in every locale.
    private List<String> listing(Path folder) throws Exception {
        Map<String, String> digests = new HashMap<>();
        String sums = run("cd '" + folder + "' && find . -type f -print0 | xargs -0 -r sha256sum --zero --").output;
        for (String sum : sums.split("\0")) {
            if (!sum.isEmpty()) {
                digests.put(sum.substring(68), "sha256:" + sum.substring(0, 64));
            }
        }
        String found =
                run("find '" + folder + "' -mindepth 1 -printf '%P\\n%y\\n%m\\n%s\\n%l\\n%T@\\n%U:%G\\n'").output;
        List<String[]> entries = new ArrayList<>();
        String[] lines = found.split("\n", -1);
        for (int i = 0; i + 7 <= lines.length; i += 7) {
            entries.add(Arrays.copyOfRange(lines, i, i + 7));
        }
        // Only root can change the owner of files.
        String owner = run("printf '%s:%s' $(id -u) $(id -g)").output;
        assertThat(entries)
                .allSatisfy(
                        entry -> assertThat(entry[6]).as("owner of " + entry[0]).isEqualTo(owner));
        entries.sort(Comparator.comparing(entry -> entry[0], TreePath.PATH_ORDER));
        return entries.stream().map(entry -> line(entry, digests)).toList();
    }

    private static String line(String[] entry, Map<String, String> digests) {
        Set<String> modes = switch (entry[1]) {
            case "d" -> Set.of("755");
            case "l" -> Set.of("777");
            default -> Set.of("755", "644");
        };
        assertThat(entry[2]).as("mode of " + entry[0]).isIn(modes);
        // Some of these programs leave directories or links with the time at which they made them.
        if (entry[1].equals("f")) {
            assertThat(Double.parseDouble(entry[5])).as("time of " + entry[0]).isZero();
        }
        return switch (entry[1]) {
            case "d" -> entry[0] + " directory";
            case "l" -> entry[0] + " -> " + entry[4];
            default ->
                entry[0] + (entry[2].equals("755") ? " executable " : " file ") + entry[3] + " "
                        + digests.get(entry[0]);
        };
    }

    private record Ran(int status, String output, String error) {}

    private Ran run(String command) throws Exception {
        Path output = Files.createTempFile(temp, "out", "");
        Path error = Files.createTempFile(temp, "err", "");
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", command);
        builder.environment().put("LC_ALL", "C.UTF-8");
        int status = builder.redirectOutput(output.toFile())
                .redirectError(error.toFile())
                .start()
                .waitFor();
        return new Ran(
                status,
                new String(Files.readAllBytes(output), StandardCharsets.UTF_8),
                new String(Files.readAllBytes(error), StandardCharsets.UTF_8));
    }
}
