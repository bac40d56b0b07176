package dev.unipkg.cli.command;

import dev.unipkg.api.FileInfo;
import dev.unipkg.cli.compose.Choices;
import dev.unipkg.cli.compose.UnikraftImages;
import dev.unipkg.cli.registry.CatalogClient;
import dev.unipkg.cli.transfer.Pull;
import dev.unipkg.cli.transfer.Resolved;
import dev.unipkg.cli.transfer.UnikraftImage;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Reference;
import dev.unipkg.format.json.Json;
import dev.unipkg.kernels.Image;
import dev.unipkg.kernels.unikraft.UnikraftFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `pkg contents`.
@Command(
        name = "contents",
        description = "List the files of a package, without downloading it where the registry knows them.",
        footer = {"", "Examples:", "  pkg contents nginx", "  pkg contents nginx:1.22 --output json"})
public final class Contents implements Verb {
    @Parameters(paramLabel = "<reference>", description = "[registry/][namespace/]name[:version-or-tag][@digest]")
    Reference reference;

    @Option(
            names = "--arch",
            paramLabel = "<arch>",
            description = "Of the build for this architecture; this machine's by default.")
    Arch arch = Arch.host();

    @Override
    public int run(Session session) throws IOException {
        switch (session.resolver(reference).findRunnable(reference)) {
            case Resolved version -> list(session, version);
            case UnikraftImage image -> list(session, image);
        }
        return 0;
    }

    private void list(Session session, Resolved resolved) throws IOException {
        resolved.build(arch);
        CatalogClient catalog = new CatalogClient(session.registryOf(reference));
        boolean here = session.settings().offline() || resolved.isBuiltHere();
        Optional<List<FileInfo>> listed = here
                ? Optional.empty()
                : catalog.files(resolved.name(), resolved.version().text(), arch);
        FileListing files = listed.isPresent() ? new FileListing(listed.get()) : unpacked(session, resolved);
        Json json = Json.object()
                .put("name", resolved.name().toString())
                .put("version", resolved.version().text())
                .put("arch", arch.toString())
                .put("files", files.json())
                .build();
        session.out().print(json, files.text());
    }

    /// Lists what is booted of a Unikraft image. The program's files are in one of these, in whatever form the kernel
    /// reads.
    private void list(Session session, UnikraftImage artifact) throws IOException {
        UnikraftImages images =
                new UnikraftImages(session.shelf(), session.pull(reference).ofUnikraft());
        Image.Unikernel image =
                images.obtain(artifact, arch, Choices.NONE, Choices.NONE).image();
        List<FileInfo> listed = new ArrayList<>();
        if (image.initrd().isPresent()) {
            listed.add(file(UnikraftFiles.INITRD, image.initrd().get()));
        }
        listed.add(file(UnikraftFiles.KERNEL, image.kernel()));
        FileListing files = new FileListing(listed);
        Json json = Json.object()
                .put("name", artifact.name().toString())
                .put("kind", "unikraft-image")
                .putIfPresent("tag", artifact.tag())
                .put("arch", arch.toString())
                .put("files", files.json())
                .build();
        session.out().print(json, files.text());
    }

    private static FileInfo file(String path, Path file) throws IOException {
        return new FileInfo(path, FileInfo.Type.FILE, Files.size(file), false, Optional.empty());
    }

    private FileListing unpacked(Session session, Resolved resolved) throws IOException {
        Pull pull = session.pull(reference);
        Pull.Build build = pull.build(resolved.name(), resolved.build(arch));
        session.shelf().refs().record(resolved.names());
        return FileListing.of(pull.files(build));
    }
}
