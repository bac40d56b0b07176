package dev.unipkg.bench;

import dev.unipkg.format.Version;
import dev.unipkg.format.layer.LayerCompression;
import dev.unipkg.format.layer.LayerReader;
import dev.unipkg.format.layer.LayerWriter;
import dev.unipkg.format.layer.Limits;
import dev.unipkg.format.layer.WrittenLayer;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.kernels.Composer;
import dev.unipkg.kernels.Family;
import dev.unipkg.kernels.Firmware;
import dev.unipkg.kernels.Image;
import dev.unipkg.kernels.ImageSettings;
import dev.unipkg.kernels.KernelRelease;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Composes an image from an unpacked layer, as it lies on a warm shelf, and copies the finished one with `cp`, in
/// turns. Prints the median milliseconds of both, and the image's size in bytes.
///
///     ComposeLoad <family> <kernel release as published> <folder to work in> <turns>
final class ComposeLoad {

    private static final int LARGE_FILES = 100;
    private static final int LARGE_BYTES = 1_000_000;
    private static final int SMALL_FILES = 2000;
    private static final int SMALL_BYTES = 5000;

    private ComposeLoad() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path work = Path.of(args[2]);
        int turns = Integer.parseInt(args[3]);
        KernelRelease kernel =
                KernelRelease.readSource(Family.of(args[0]), Path.of(args[1]), Optional.of(new Version("1")));
        FileTree root = LayerReader.openTar(unpackedLayer(work), Limits.DEFAULT);
        Path copies = Files.createDirectory(work.resolve("copies"));
        delete(files(compose(kernel, root, work.resolve("warm-up"))));
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        long bytes = 0;
        for (int turn = 0; turn < turns; turn++) {
            long start = System.nanoTime();
            List<Path> image = files(compose(kernel, root, work.resolve("turn")));
            ours.add((System.nanoTime() - start) / 1e6);
            theirs.add(copyMillis(image, copies));
            bytes = 0;
            for (Path file : image) {
                bytes += Files.size(file);
                Files.delete(copies.resolve(file.getFileName()));
            }
            delete(image);
        }
        System.out.printf(Locale.ROOT, "%.3f %.3f %d%n", median(ours), median(theirs), bytes);
    }

    private static Image compose(KernelRelease kernel, FileTree root, Path directory) throws IOException {
        ImageSettings settings = new ImageSettings(
                "/program", List.of(), new TreeMap<>(), "/", 0, List.of(), new TreeMap<>(), Firmware.BIOS);
        return Composer.compose(kernel, root, settings, directory);
    }

    private static List<Path> files(Image image) {
        return switch (image) {
            case Image.Disk disk -> List.of(disk.file());
            case Image.KernelAndInitrd linux ->
                Stream.concat(Stream.of(linux.kernel(), linux.initrd()), linux.disk().stream())
                        .toList();
            case Image.Unikernel unikernel -> List.of(unikernel.kernel());
        };
    }

    private static void delete(List<Path> files) throws IOException {
        for (Path file : files) {
            Files.delete(file);
        }
    }

    private static Path unpackedLayer(Path work) throws IOException {
        Random random = new Random(1);
        FileTree.Builder tree = FileTree.builder();
        tree.file("/program", new Content.Bytes(Files.readAllBytes(Path.of("/bin/true"))), true);
        for (int i = 0; i < LARGE_FILES; i++) {
            tree.file("/large/" + i, new Content.Bytes(bytes(random, LARGE_BYTES)), false);
        }
        for (int i = 0; i < SMALL_FILES; i++) {
            tree.file("/small/" + i / 100 + "/" + i, new Content.Bytes(bytes(random, SMALL_BYTES)), false);
        }
        Path blob = work.resolve("layer");
        WrittenLayer written;
        try (OutputStream out = Files.newOutputStream(blob)) {
            written = LayerWriter.write(tree.build(), out, 1);
        }
        Path tar = work.resolve("layer.tar");
        try (InputStream in = Files.newInputStream(blob)) {
            LayerReader.unpack(
                    in,
                    LayerCompression.ZSTD,
                    Limits.DEFAULT,
                    new LayerReader.Expected(written.blob(), written.blobSize(), written.diffId()),
                    tar);
        }
        return tar;
    }

    private static byte[] bytes(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static double copyMillis(List<Path> image, Path folder) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("cp", "--sparse=always"));
        image.forEach(file -> command.add(file.toString()));
        command.add(folder.toString());
        long start = System.nanoTime();
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException("cp ended with " + status);
        }
        return (System.nanoTime() - start) / 1e6;
    }

    private static double median(List<Double> values) {
        Collections.sort(values);
        return values.get(values.size() / 2);
    }
}
