package dev.unipkg.cli.command;

import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.output.Sizes;
import dev.unipkg.cli.project.SecretFiles;
import dev.unipkg.cli.shelf.Refs;
import dev.unipkg.cli.shelf.Shelf;
import dev.unipkg.cli.shelf.ShelfSink;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.NameRefusal;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.Reference;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.oci.Index;
import dev.unipkg.format.oci.Startable;
import dev.unipkg.format.source.BuildPlan;
import dev.unipkg.format.source.Builder;
import dev.unipkg.format.source.Built;
import dev.unipkg.format.source.DirectorySource;
import dev.unipkg.format.source.ElfSource;
import dev.unipkg.format.source.PackageSettings;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.kernels.Composable;
import dev.unipkg.kernels.Family;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `pkg build`.
@Command(
        name = "build",
        description = {
            "Build a package from a folder with a unipkg.yaml, or from an ELF program.",
            "Prints the digest of the version; `pkg push` publishes it."
        },
        footer = {"", "Examples:", "  pkg build ./my-app", "  pkg build /usr/bin/redis-server -t acme/redis:7.0"})
public final class Build implements Verb {

    @Parameters(paramLabel = "<source>", description = "A folder with a unipkg.yaml, or an ELF program.")
    Path source;

    @Option(
            names = {"-t", "--tag"},
            paramLabel = "<name:version>",
            description = "What to call it; by default what unipkg.yaml says.")
    Optional<Reference> tag = Optional.empty();

    @Option(
            names = "--root",
            paramLabel = "<dir>",
            description = "The folder that is / for the program and its libraries; / by default.")
    Path root = Path.of("/");

    @Override
    public int run(Session session) throws IOException {
        BuildPlan plan = plan();
        if (plan.name().namespace().equals(Family.NAMESPACE)) {
            throw new NameRefusal.ReservedName(Family.NAMESPACE).asException();
        }
        List<String> notes = new ArrayList<>();
        Built built;
        try {
            requireRunnable(plan);
            notes.addAll(plan.notes());
            notes.addAll(SecretFiles.notes(plan.tree()));
            notes.forEach(note -> session.messages().say("note: " + note));
            built = Builder.build(plan, new ShelfSink(session.shelf()));
        } catch (RefusedException e) {
            throw plan.settings().lines().locate(e);
        }
        Index index = withOtherArchs(session, plan, Builder.index(plan, List.of(built)));
        Digest digest = session.shelf().keep(index.toBytes());
        session.shelf().refs().put(Refs.BUILT_HERE, plan.name(), plan.version().text(), digest);
        long size =
                built.manifest().layers().stream().mapToLong(Descriptor::size).sum();
        session.messages()
                .say("built %s:%s (%s), %s".formatted(plan.name(), plan.version(), plan.arch(), Sizes.shown(size)));
        Json json = Json.object()
                .put("name", plan.name().toString())
                .put("version", plan.version().text())
                .put("digest", digest.toString())
                .put("arch", plan.arch().toString())
                .put("build", built.descriptor().digest().toString())
                .put("size", size)
                .put("notes", Json.texts(notes))
                .build();
        session.out().print(json, digest.toString());
        return 0;
    }

    private static void requireRunnable(BuildPlan plan) throws IOException {
        ImageConfig config = plan.config(List.of());
        FileTree tree = plan.tree();
        Startable.requireSettings(config);
        Startable.requireProgram(config, tree);
        Composable.requireSettings(config);
        Composable.requireFiles(config, tree);
    }

    private BuildPlan plan() throws IOException {
        if (!Files.exists(root)) {
            throw Failure.notFound("there is no file or folder " + root)
                    .next("--root is the folder that is / for the program, such as an unpacked distribution");
        }
        if (!Files.isDirectory(root)) {
            throw Failure.usage("--root is %s, which is no folder".formatted(root))
                    .next("name the folder that is / for the program, such as an unpacked distribution");
        }
        if (!Files.exists(source) && !Files.exists(root.resolve(Path.of("/").relativize(source.toAbsolutePath())))) {
            throw Failure.notFound("there is no file or folder " + source)
                    .next("name a folder with a %s, or an ELF program".formatted(PackageSettings.FILE_NAME));
        }
        Optional<PackageName> name = tag.map(Reference::name);
        Optional<Version> version = tag.flatMap(Reference::versionOrTag).map(Build::version);
        if (Files.isDirectory(source)) {
            Path settings = source.resolve(PackageSettings.FILE_NAME);
            if (!Files.exists(settings)) {
                throw Failure.notFound("there is no file " + settings).next("pkg init %s writes one".formatted(source));
            }
            return new DirectorySource(source, root).plan(name, version);
        }
        if (name.isEmpty() || version.isEmpty()) {
            throw Failure.usage("an ELF program alone says neither its package's name nor its version")
                    .next("name both: pkg build %s -t name:version".formatted(source));
        }
        return new ElfSource(root, inRoot().toString()).plan(name.get(), version.get());
    }

    private static Version version(String text) {
        try {
            return new Version(text);
        } catch (IllegalArgumentException e) {
            throw Failure.usage("-t wants a version behind the name: " + e.getMessage())
                    .causedBy(e);
        }
    }

    // The program as the root names it, whether it was given from here or from there.
    private Path inRoot() throws IOException {
        if (!Files.exists(source)) {
            return source;
        }
        Path real = source.toRealPath();
        Path realRoot = root.toRealPath();
        return real.startsWith(realRoot) ? Path.of("/").resolve(realRoot.relativize(real)) : source;
    }

    // One version has builds for several architectures, made one after the other.
    private static Index withOtherArchs(Session session, BuildPlan plan, Index fresh) throws IOException {
        Shelf shelf = session.shelf();
        Optional<Digest> before =
                shelf.refs().find(Refs.BUILT_HERE, plan.name(), plan.version().text());
        Optional<byte[]> bytes =
                before.isEmpty() ? Optional.empty() : shelf.read(before.get(), JsonLimits.DOCUMENT_BYTES);
        if (bytes.isEmpty()) {
            return fresh;
        }
        Map<Arch, Descriptor> builds = new EnumMap<>(Index.read(bytes.get()).builds());
        builds.remove(plan.arch());
        if (!builds.isEmpty()) {
            session.messages().say("with what was built before for " + Listing.archs(builds.keySet()));
        }
        builds.putAll(fresh.builds());
        return new Index(fresh.artifactType(), List.copyOf(builds.values()), fresh.subject(), fresh.annotations());
    }
}
