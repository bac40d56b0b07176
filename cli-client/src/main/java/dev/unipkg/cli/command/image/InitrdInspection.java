package dev.unipkg.cli.command.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.unipkg.cli.command.FileListing;
import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.talk.Failure;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import dev.unipkg.format.tree.TreeLimits;
import dev.unipkg.kernels.initrd.CpioReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The part of `pkg image inspect` that looks into an initrd: its files are listed, or one of them is written out.
record InitrdInspection(Path file) {
    // The magic of the new ASCII format, cpio(5).
    private static final String MAGIC = "070701";

    static boolean isInitrd(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAGIC.length()), US_ASCII).equals(MAGIC);
        }
    }

    int run(Session session, Optional<String> cat) throws IOException {
        FileTree tree = CpioReader.read(file, TreeLimits.DEFAULT);
        if (cat.isPresent()) {
            cat(session, tree, cat.get());
            return 0;
        }
        FileListing listing = FileListing.of(tree);
        session.out().print(Json.object().put("files", listing.json()).build(), listing.text());
        return 0;
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
