package dev.unipkg.cli.command.image;

import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.command.Verb;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.output.Table;
import dev.unipkg.format.json.Json;
import dev.unipkg.kernels.nanos.NanosReader;
import dev.unipkg.kernels.nanos.Partition;
import dev.unipkg.kernels.nanos.tfs.TfsExtraction;
import dev.unipkg.kernels.nanos.tfs.TfsNode;
import dev.unipkg.kernels.nanos.tfs.TfsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `pkg image inspect`.
@Command(
        name = "inspect",
        description = {
            "Look into a Nanos image or volume, whoever made it, or an initrd: what it is, its files, whether it is"
                    + " sound."
        },
        footer = {
            "",
            "Examples:",
            "  pkg image inspect nginx.img --ls",
            "  pkg image inspect nginx.img --cat /etc/nginx/nginx.conf"
        })
final class ImageInspect implements Verb {
    @Parameters(
            paramLabel = "<image>",
            description = "The file of an image, a volume or an initrd, or the folder of an initrd.")
    Path image;

    @ArgGroup
    Wanted wanted = new Wanted();

    @Option(names = "--boot", description = "Of the boot file system, with the kernel, instead of the root.")
    boolean boot;

    /// The action of the command; exactly one.
    static final class Wanted {
        @Option(names = "--ls", description = "List its files.")
        boolean list;

        @Option(names = "--cat", paramLabel = "<path>", description = "Write this file of it to stdout.")
        Optional<String> cat = Optional.empty();

        @Option(
                names = "--extract",
                paramLabel = "<folder>",
                description = "Copy its files into this folder; what is there is never overwritten.")
        Optional<Path> extract = Optional.empty();

        @Option(names = "--check", description = "Check every byte of it; exit code 4 when it is not sound.")
        boolean check;
    }

    @Override
    public int run(Session session) throws IOException {
        if (boot && wanted.check) {
            throw Failure.usage("--check looks at all of an image; --boot means nothing beside it");
        }
        if (Files.isDirectory(image)) {
            image = InitrdInspection.of(image);
        }
        if (InitrdInspection.isInitrd(image)) {
            if (boot) {
                throw Failure.usage("--boot means nothing here: " + image
                        + " is an initrd, which has no boot file system beside its files");
            }
            return new InitrdInspection(image).run(session, wanted);
        }
        if (!NanosReader.isNanos(image)) {
            throw Failure.refused("not-an-image", image + " is no Nanos image, volume or initrd")
                    .next("name what pkg image build printed");
        }
        try (NanosReader reader = NanosReader.open(image)) {
            if (wanted.check) {
                return ImageFindings.of(reader.check()).print(session);
            }
            TfsReader files = boot
                    ? reader.boot().orElseThrow(() -> Failure.notFound(image + " has no boot file system"))
                    : reader.root();
            if (wanted.cat.isPresent()) {
                cat(session, files, wanted.cat.get());
            } else if (wanted.extract.isPresent()) {
                Path folder = wanted.extract.get();
                Extracted.into(folder, () -> TfsExtraction.extract(files, folder))
                        .print(session);
            } else if (wanted.list) {
                list(session, files);
            } else {
                describe(session, reader, files);
            }
            return 0;
        }
    }

    private void cat(Session session, TfsReader files, String path) throws IOException {
        if (files.file(path).isEmpty()) {
            throw Failure.notFound("there is no file %s in %s".formatted(path, image))
                    .next("see what there is with: pkg image inspect --ls " + image);
        }
        files.cat(path, session.out().stream());
    }

    private static void describe(Session session, NanosReader reader, TfsReader files) {
        Table table = new Table("PART", "OFFSET", "SIZE");
        for (Partition part : reader.partitions()) {
            table.row(part.role().toString(), Long.toString(part.offset()), Long.toString(part.size()));
        }
        Json json = Json.object()
                .put("label", files.label())
                .put("uuid", files.uuid().toString())
                .putAll(
                        "partitions",
                        reader.partitions(),
                        part -> Json.object()
                                .put("role", part.role().name().toLowerCase(java.util.Locale.ROOT))
                                .put("offset", part.offset())
                                .put("size", part.size())
                                .build())
                .build();
        session.out().print(json, "%s\n\nlabel  %s\nuuid   %s".formatted(table, files.label(), files.uuid()));
    }

    private static void list(Session session, TfsReader files) throws IOException {
        Table table = new Table("TYPE", "SIZE", "PATH");
        List<Json> entries = new ArrayList<>();
        files.forEach((path, node) -> {
            String target = node instanceof TfsNode.Symlink(String to) ? " -> " + to : "";
            String size = node instanceof TfsNode.File file ? Long.toString(file.size()) : "-";
            table.row(type(node), size, "/" + path + target);
            entries.add(entry(path, node));
        });
        session.out().print(Json.object().put("files", new Json.Arr(entries)).build(), table.toString());
    }

    private static Json entry(String path, TfsNode node) {
        return Json.object()
                .put("path", path)
                .put("type", type(node))
                .put("size", node instanceof TfsNode.File file ? file.size() : 0)
                .putIfPresent("target", node instanceof TfsNode.Symlink(String to) ? Optional.of(to) : Optional.empty())
                .build();
    }

    private static String type(TfsNode node) {
        return switch (node) {
            case TfsNode.Directory directory -> "directory";
            case TfsNode.File file -> "file";
            case TfsNode.Symlink link -> "symlink";
            case TfsNode.Special special -> "special";
            case TfsNode.Broken broken -> "broken";
        };
    }
}
