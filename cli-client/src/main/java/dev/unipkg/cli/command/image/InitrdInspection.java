package dev.unipkg.cli.command.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.unipkg.cli.command.FileListing;
import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import dev.unipkg.format.tree.TreeLimits;
import dev.unipkg.kernels.Image;
import dev.unipkg.kernels.initrd.CpioExtraction;
import dev.unipkg.kernels.initrd.CpioReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The part of `pkg image inspect` that looks into an initrd: it is checked, its files are listed
/// or extracted, or one of them is written out.
record InitrdInspection(Path file) {
    // The magic of the new ASCII format, cpio(5).
    private static final String MAGIC = "070701";

    /// The initrd of an image that is a folder.
    static Path of(Path folder) {
        Path initrd = folder.resolve(Image.KernelAndInitrd.INITRD);
        if (!Files.isRegularFile(initrd)) {
            throw Failure.refused(
                            "not-an-image",
                            "%s is a folder without %s; expected the file of an image, a volume or an initrd, or the folder of an initrd"
                                    .formatted(folder, Image.KernelAndInitrd.INITRD))
                    .next("name what pkg image build printed");
        }
        return initrd;
    }

    static boolean isInitrd(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAGIC.length()), US_ASCII).equals(MAGIC);
        }
    }

    int run(Session session, ImageInspect.Wanted wanted) throws IOException {
        Path disk = file.resolveSibling(Image.KernelAndInitrd.DISK);
        if (Files.exists(disk)) {
            session.messages().say("the files of the package are in %s; this is the initrd beside it".formatted(disk));
        }
        if (wanted.check) {
            return check().print(session);
        }
        if (wanted.extract.isPresent()) {
            Path folder = wanted.extract.get();
            Extracted.into(folder, () -> CpioExtraction.extract(file, TreeLimits.DEFAULT, folder))
                    .print(session);
            return 0;
        }
        FileTree tree = CpioReader.read(file, TreeLimits.DEFAULT);
        if (wanted.cat.isPresent()) {
            cat(session, tree, wanted.cat.get());
            return 0;
        }
        FileListing listing = FileListing.of(tree);
        session.out().print(Json.object().put("files", listing.json()).build(), listing.text());
        return 0;
    }

    /// An initrd is sound when it can be read: its reader refuses whatever contradicts itself.
    private ImageFindings check() throws IOException {
        try {
            CpioReader.read(file, TreeLimits.DEFAULT);
            return new ImageFindings(List.of());
        } catch (RefusedException e) {
            return new ImageFindings(
                    List.of(new ImageFindings.Remark(e.refusal().message(), false)));
        }
    }

    private void cat(Session session, FileTree tree, String path) throws IOException {
        Node node = tree.find(path)
                .orElseThrow(() -> Failure.notFound("there is no file %s in %s".formatted(path, file))
                        .next("see what there is with: pkg image inspect " + file));
        if (!(node instanceof Node.File content)) {
            throw Failure.notFound("%s in %s is no file".formatted(path, file));
        }
        try (InputStream in = content.content().open()) {
            in.transferTo(session.out().stream());
        }
    }
}
