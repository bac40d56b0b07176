package dev.unipkg.cli.command.kernel;

import dev.unipkg.cli.command.Listing;
import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.command.Verb;
import dev.unipkg.cli.debian.DebianDownload;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.registry.Registry;
import dev.unipkg.cli.transfer.ReleaseSource;
import dev.unipkg.cli.transfer.VersionPush;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Tag;
import dev.unipkg.format.Version;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.oci.Index;
import dev.unipkg.kernels.Family;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `pkg kernel push`.
@Command(
        name = "push",
        description = {
            "Publish a kernel release: Nanos from its release tarballs, one for each architecture; Linux from a folder"
                    + " with the unpacked Debian packages of a kernel and of a static busybox, or from Debian itself.",
            "Prints the digest of the release."
        },
        footer = {
            "",
            "Examples:",
            "  pkg kernel push nanos nanos-release-linux-0.1.55.tar.gz",
            "  pkg kernel push linux ./debian-kernel --channel stable"
        })
final class KernelPush implements Verb {
    @Parameters(index = "0", paramLabel = "<family>", description = "nanos or linux")
    Family family;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "<source>",
            description = "A tarball or folder for each architecture.")
    List<Path> sources = List.of();

    @Option(
            names = "--from-debian",
            description = "Download Debian's kernel for virtual machines and its static busybox by apt, which verifies"
                    + " them; needs no root.")
    boolean fromDebian;

    @Option(
            names = "--arch",
            split = ",",
            paramLabel = "<arch>",
            description = "With --from-debian: for which architectures; by default this machine's.")
    List<Arch> archs = List.of();

    @Option(
            names = "--version",
            paramLabel = "<version>",
            description = "What to call it; by default what it says itself.")
    Optional<Version> version = Optional.empty();

    @Option(
            names = "--channel",
            paramLabel = "<name>",
            description = "Make this channel point at it; the first release becomes stable anyway.")
    Optional<String> channel = Optional.empty();

    @Override
    public int run(Session session) throws IOException {
        requireChannel();
        requireSources();
        if (!fromDebian) {
            return publish(session, sources);
        }
        try (DebianDownload debian =
                DebianDownload.of(archs.isEmpty() ? List.of(Arch.host()) : archs, session.messages())) {
            return publish(session, debian.folders());
        }
    }

    private int publish(Session session, List<Path> from) throws IOException {
        ReleaseSource source = ReleaseSource.read(family, from, version);
        Index index = source.index();
        Registry registry = session.registry();
        VersionPush push = new VersionPush(registry, session.messages());
        VersionPush.Outcome outcome = push.version(source.family().repository(), index.toBytes(), source);
        Optional<String> moved = channel;
        if (moved.isEmpty()
                && registry.digestOf(source.family().repository(), Tag.STABLE).isEmpty()) {
            moved = Optional.of(Tag.STABLE);
        }
        if (moved.isPresent()) {
            push.channel(source.family().repository(), moved.get(), index.toBytes());
        }
        String name = source.family() + ":" + index.version();
        String archs = Listing.archs(index.builds().keySet());
        session.messages()
                .say(outcome.sentence(name, registry.origin(), archs)
                        + moved.map(word -> ", " + word + " points at it").orElse(""));
        Digest digest = Digest.of(index.toBytes());
        Json json = Json.object()
                .put("family", source.family().toString())
                .put("version", index.version().text())
                .put("digest", digest.toString())
                .put("registry", registry.origin().toString())
                .put("alreadyPublished", outcome.alreadyPublished())
                .put("resentBlobs", outcome.resentBlobs())
                .put("sentBytes", outcome.sentBytes())
                .putIfPresent("channel", moved)
                .build();
        session.out().print(json, digest.toString());
        return 0;
    }

    /// A release is published for good, so whatever is wrong with its channel is said before.
    private void requireChannel() {
        try {
            if (channel.isPresent()) {
                Tag.requireMovable("channel", channel.get());
            }
        } catch (RefusedException e) {
            throw Failure.usage(e.refusal().message()).causedBy(e);
        }
    }

    private void requireSources() {
        String linux = "pkg kernel push linux --from-debian";
        if (fromDebian && family != Family.LINUX) {
            throw Failure.usage("Debian has kernels of the family linux only, not " + family)
                    .next(linux);
        }
        if (fromDebian && !sources.isEmpty()) {
            throw Failure.usage("--from-debian takes no folder, and " + sources.getFirst() + " is one too many");
        }
        if (!fromDebian && !archs.isEmpty()) {
            throw Failure.usage("--arch goes with --from-debian; a folder or tarball says itself what it is for");
        }
        if (!fromDebian && sources.isEmpty()) {
            throw Failure.usage("<source> is missing; expected: pkg kernel push <family> <source>")
                    .next(family == Family.LINUX ? linux : "see: pkg kernel push --help");
        }
        // Before its name is read: what is wrong with the name of a file that is not there is beside the point.
        for (Path source : sources) {
            if (!Files.exists(source)) {
                throw Failure.notFound("there is no file or folder " + source);
            }
        }
    }
}
