package dev.unipkg.cli.command.kernel;

import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.command.Verb;
import dev.unipkg.cli.compose.KernelOnShelf;
import dev.unipkg.cli.compose.Kernels;
import dev.unipkg.cli.transfer.Resolved;
import dev.unipkg.format.Arch;
import dev.unipkg.format.json.Json;
import dev.unipkg.kernels.KernelChoice;
import dev.unipkg.kernels.KernelRelease;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `pkg kernel get`.
@Command(
        name = "get",
        description = {
            "Bring a kernel release to the shelf; without a release, the newest that the channel stable has.",
            "Prints the digest of the release."
        },
        footer = {"", "Examples:", "  pkg kernel get linux", "  pkg kernel get nanos:0.1.55 --arch arm64"})
final class KernelGet implements Verb {
    @Parameters(
            paramLabel = "<kernel>",
            description = "family or family:release-or-channel, as in linux or nanos:0.1.55")
    KernelChoice kernel;

    @Option(
            names = "--arch",
            paramLabel = "<arch>",
            description = "x86_64, arm64 or riscv64; this machine's by default.")
    Arch arch = Arch.host();

    @Override
    public int run(Session session) throws IOException {
        Kernels kernels = session.kernels();
        Resolved resolved = kernels.refresh(kernel);
        KernelOnShelf found = KernelOnShelf.of(kernel.family(), resolved, arch);
        KernelRelease release = kernels.fetch(found);
        session.messages()
                .say("%s is on the shelf (%s, %d files)"
                        .formatted(found, arch, release.files().size()));
        Json json = Json.object()
                .put("family", kernel.family().toString())
                .put("version", resolved.version().text())
                .put("digest", resolved.digest().toString())
                .put("arch", arch.toString())
                .put("build", found.digest().toString())
                .put("files", Json.texts(release.files().keySet()))
                .build();
        session.out().print(json, resolved.digest().toString());
        return 0;
    }
}
