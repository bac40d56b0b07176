package dev.unipkg.cli.command;

import dev.unipkg.cli.compose.Choices;
import dev.unipkg.cli.compose.UnikraftImages;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.transfer.Pull;
import dev.unipkg.cli.transfer.Resolved;
import dev.unipkg.cli.transfer.UnikraftImage;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.Reference;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.oci.UnikraftIndex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `pkg get`.
@Command(
        name = "get",
        description = {
            "Bring a package to the shelf, verified; only what is not there is downloaded.",
            "Prints the digest of the version."
        },
        footer = {"", "Examples:", "  pkg get nginx", "  pkg get acme/tool:1.2.0 --all-archs"})
public final class Get implements Verb {
    @Parameters(paramLabel = "<reference>", description = "[registry/][namespace/]name[:version-or-tag][@digest]")
    Reference reference;

    @Option(
            names = "--arch",
            paramLabel = "<arch>",
            description = "x86_64, arm64 or riscv64; this machine's by default.")
    Optional<Arch> arch = Optional.empty();

    @Option(names = "--all-archs", description = "Get the builds for every architecture.")
    boolean allArchs;

    @Option(
            names = "--warm",
            description = "Also boot it once, out of sight, and keep a snapshot from which pkg run goes on.")
    boolean warm;

    @Override
    public int run(Session session) throws Exception {
        if (warm && allArchs) {
            throw Failure.usage("--warm boots one build, and --all-archs gets all of them; choose one");
        }
        Got got = switch (session.resolver(reference).findRunnable(reference)) {
            case Resolved version -> get(session, version);
            case UnikraftImage image -> get(session, image);
        };
        if (warm) {
            Run.warm(session, ImageOptions.of(reference, arch.orElse(Arch.host())));
        }
        session.out().print(got.json(), got.digest().toString());
        return 0;
    }

    /// The result, which is printed when all has succeeded.
    private record Got(Json.Obj json, Digest digest) {}

    private Got get(Session session, Resolved resolved) throws IOException {
        Collection<Arch> archs = allArchs ? resolved.index().builds().keySet() : Set.of(arch.orElse(Arch.host()));
        Pull pull = session.pull(reference);
        List<Json> builds = new ArrayList<>();
        for (Arch each : archs) {
            Pull.Build build = pull.build(resolved.name(), resolved.build(each));
            builds.add(Json.object()
                    .put("arch", each.toString())
                    .put("digest", build.digest().toString())
                    .build());
        }
        session.shelf().refs().record(resolved.names());
        String words = archs.stream().map(Arch::toString).collect(Collectors.joining(", "));
        session.messages().say("%s:%s is on the shelf (%s)".formatted(resolved.name(), resolved.version(), words));
        return new Got(
                Json.object()
                        .put("name", resolved.name().toString())
                        .put("version", resolved.version().text())
                        .put("digest", resolved.digest().toString())
                        .put("source", resolved.source())
                        .put("builds", new Json.Arr(builds))
                        .build(),
                resolved.digest());
    }

    private Got get(Session session, UnikraftImage image) throws IOException {
        Collection<Arch> archs = allArchs ? image.builds().keySet() : Set.of(arch.orElse(Arch.host()));
        UnikraftImages images =
                new UnikraftImages(session.shelf(), session.pull(reference).ofUnikraft());
        List<Json> builds = new ArrayList<>();
        for (Arch each : archs) {
            UnikraftIndex.Build build =
                    images.obtain(image, each, Choices.NONE, Choices.NONE).build();
            builds.add(Json.object()
                    .put("platform", build.monitor())
                    .put("arch", each.toString())
                    .put("digest", build.manifest().digest().toString())
                    .putIfPresent("kernelVersion", build.kernelVersion())
                    .build());
        }
        String words = archs.stream().map(Arch::toString).collect(Collectors.joining(", "));
        session.messages().say("the Unikraft image %s is on the shelf (%s)".formatted(image, words));
        return new Got(
                Json.object()
                        .put("name", image.name().toString())
                        .put("kind", "unikraft-image")
                        .putIfPresent("tag", image.tag())
                        .put("digest", image.digest().toString())
                        .put("source", image.source())
                        .put("builds", new Json.Arr(builds))
                        .build(),
                image.digest());
    }
}
