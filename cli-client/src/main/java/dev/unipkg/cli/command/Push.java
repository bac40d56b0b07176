package dev.unipkg.cli.command;

import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.registry.Registry;
import dev.unipkg.cli.shelf.Refs;
import dev.unipkg.cli.shelf.Shelf;
import dev.unipkg.cli.transfer.FolderSource;
import dev.unipkg.cli.transfer.Layout;
import dev.unipkg.cli.transfer.VersionPush;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.Reference;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Index;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `pkg push`.
@Command(
        name = "push",
        description = {
            "Publish a version that was built here, or one from an OCI image layout.",
            "Prints the digest of the version. Publishing the same again is success; what the registry has lost of it is"
                    + " sent again."
        },
        footer = {"", "Examples:", "  pkg push acme/tool:1.2.0", "  pkg push acme/tool:1.2.0 --layout ./layout"})
public final class Push implements Verb {

    @Parameters(paramLabel = "<reference>", description = "What to publish: [namespace/]name:version.")
    Reference reference;

    @Option(names = "--layout", paramLabel = "<dir>", description = "Publish from this OCI image layout.")
    Optional<Path> layout = Optional.empty();

    /// @param digest of the index
    private record Version(Digest digest, byte[] bytes, VersionPush.Source source) {}

    @Override
    public int run(Session session) throws IOException {
        Version version = layout.isPresent() ? fromLayout(layout.get()) : builtHere(session.shelf());
        Index index = Index.read(version.bytes()).requirePackage();
        String text = index.version().text();
        if (!reference.versionOrTag().equals(Optional.of(text))) {
            throw Failure.usage("the reference names version %s, but what is to be published says it is %s"
                    .formatted(reference.versionOrTag().orElse("(none)"), text));
        }
        Registry registry = session.registryOf(reference);
        VersionPush.Outcome outcome = new VersionPush(registry, session.messages())
                .version(reference.name(), version.bytes(), version.source());
        String archs = index.builds().keySet().stream().map(Arch::toString).collect(Collectors.joining(", "));
        session.messages().say(outcome.sentence(reference.name() + ":" + text, registry.origin(), archs));
        session.out()
                .print(
                        json(registry, index, version.digest(), outcome),
                        version.digest().toString());
        return 0;
    }

    private Json json(Registry registry, Index index, Digest digest, VersionPush.Outcome outcome) throws IOException {
        return Json.object()
                .put("name", reference.name().toString())
                .put("version", index.version().text())
                .put("digest", digest.toString())
                .put("registry", registry.origin().toString())
                .put("alreadyPublished", outcome.alreadyPublished())
                .put("resentBlobs", outcome.resentBlobs())
                .put("sentBytes", outcome.sentBytes())
                .putAll("builds", index.builds().entrySet(), Push::build)
                .build();
    }

    private static Json build(Map.Entry<Arch, Descriptor> build) {
        return Json.object()
                .put("arch", build.getKey().toString())
                .put("digest", build.getValue().digest().toString())
                .build();
    }

    private Version builtHere(Shelf shelf) throws IOException {
        String wanted = reference
                .versionOrTag()
                .orElseThrow(() -> Failure.usage("which version of " + reference.name() + " is to be pushed?")
                        .next("name it: pkg push " + reference.name() + ":<version>"));
        Digest digest = shelf.refs()
                .find(Refs.BUILT_HERE, reference.name(), wanted)
                .orElseThrow(() -> Failure.notFound("%s:%s was not built here".formatted(reference.name(), wanted))
                        .next("build it: pkg build <source> -t %s:%s".formatted(reference.name(), wanted)));
        byte[] bytes = shelf.read(digest, JsonLimits.DOCUMENT_BYTES)
                .orElseThrow(() -> Failure.failed("the index " + digest + " on the shelf is damaged")
                        .next("build it again"));
        return new Version(digest, bytes, FolderSource.of(shelf));
    }

    private static Version fromLayout(Path folder) throws IOException {
        byte[] bytes = Layout.version(folder);
        return new Version(Digest.of(bytes), bytes, FolderSource.of(folder));
    }
}
