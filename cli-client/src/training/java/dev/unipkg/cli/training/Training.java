package dev.unipkg.cli.training;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unipkg.cli.Pkg;
import dev.unipkg.cli.Surroundings;
import dev.unipkg.cli.output.Stdout;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.Tag;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.Readiness;
import dev.unipkg.format.oci.UnikernelSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Runs commands against a registry in this process, in an empty home, and machines of a [SampleMachine]. The training
/// fails with a command that does not end as expected.
public final class Training {
    /// A command and the exit status it must have.
    private record Step(int exit, String... command) {}

    private static final UnikernelSettings READY = new UnikernelSettings(
            Optional.empty(),
            Optional.empty(),
            List.of(),
            0,
            0,
            0,
            new TreeMap<>(),
            Optional.of(new Readiness.HttpGet(8080, "/")));

    private static final Step[] STEPS = {
        new Step(0, "version", "--output", "json"),
        new Step(0, "--help"),
        new Step(0, "run", "--help"),
        new Step(2, "nonsense"),
        new Step(3, "get", "acme/other:1.0"),
        new Step(0, "get", "acme/tool:1.0"),
        new Step(0, "get", "acme/tool:1.0"),
        new Step(0, "list", "--shelf"),
        new Step(0, "ps"),
        new Step(0, "ps", "-a"),
        new Step(0, "ps", "-a", "--output", "json"),
        new Step(0, "logs", "ended"),
        new Step(0, "inspect", "running"),
        new Step(0, "stop", "ended"),
        new Step(0, "complete-words", "--", "run", "acme/tool:"),
        new Step(0, "cache", "ls"),
        new Step(0, "list"),
        new Step(0, "search", "tool"),
        new Step(3, "info", "acme/other"),
        new Step(0, "info", "acme/tool"),
        new Step(0, "info", "acme/tool:1.0"),
        new Step(0, "versions", "acme/tool"),
        new Step(5, "get", "acme/other:1.0", "--offline"),
        new Step(0, "contents", "acme/tool:1.0", "--offline"),
        new Step(0, "image", "build", "acme/tool:1.0", "--kernel", "linux"),
        new Step(0, "image", "build", "acme/tool:1.0", "--kernel", "linux", "--output", "json"),
        new Step(0, "kernel", "get", "linux:1.0"),
        new Step(
                1, "run", "acme/tool:1.0", "--kernel", "linux", "-p", "0:80", "--accel", "tcg", "--qemu", "/bin/false"),
    };

    // The network is QEMU's own: what the machine is made of answers no frames.
    private static final String[] MACHINE = {
        "run", "acme/server", "-p", "0:8080", "--accel", "tcg", "--isolate", "--offline"
    };

    private static final int PROGRAM_BYTES = 1 << 20;

    private Training() {}

    public static void main(String[] args) throws IOException {
        Path home = Files.createTempDirectory("pkg");
        try (FakeRegistry registry = new FakeRegistry()) {
            publish(registry);
            SampleInstances.put(home);
            Files.writeString(home.resolve("config"), "registry = " + registry.url() + "\n");
            run(home, STEPS);
            run(home, machines(SampleMachine.in(home)));
        } finally {
            delete(home);
        }
    }

    private static void publish(FakeRegistry registry) throws IOException {
        PackageName name = new PackageName("acme", "tool");
        Version version = new Version("1.0");
        SampleVersion published = new SampleVersion(version.text(), PROGRAM_BYTES, Arch.host());
        published.publish(registry, name.toString(), version.tag());
        published.content.keySet().forEach(digest -> registry.counted.add(digest.toString()));
        registry.answers.putAll(CatalogAnswers.of(name, version, published));
        SampleVersion server = new SampleVersion(version.text(), PROGRAM_BYTES, READY, Arch.host());
        server.publish(registry, "acme/server", version.tag());
        Digest _ = SampleKernel.publishFor(Arch.host(), registry, version.text(), Tag.STABLE);
        Digest _ = SampleKernel.publishNanos(Arch.host(), registry, version.text(), Tag.STABLE);
    }

    /// For each kernel: a boot, a snapshot and a resume.
    private static Step[] machines(Path qemu) {
        List<Step> steps = new ArrayList<>();
        for (String kernel : List.of("linux", "nanos")) {
            steps.add(new Step(0, "get", "acme/server:1.0"));
            steps.add(new Step(0, "kernel", "get", kernel));
            for (String more : List.of("--no-resume", "--template", "--resume")) {
                List<String> words = new ArrayList<>(List.of(MACHINE));
                words.addAll(List.of("--kernel", kernel, "--qemu", qemu.toString(), more));
                steps.add(new Step(0, words.toArray(String[]::new)));
            }
        }
        return steps.toArray(Step[]::new);
    }

    private static void run(Path home, Step[] steps) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        Stdout out = new Stdout(OutputStream.nullOutputStream(), UTF_8);
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.keySet().removeIf(name -> name.startsWith("PKG_") || name.startsWith("UNIPKG_"));
        environment.put("UNIPKG_HOME", home.toString());
        Surroundings surroundings = new Surroundings(InputStream.nullInputStream(), out, nowhere, false, environment);
        for (Step step : steps) {
            int exit = Pkg.run(step.command(), surroundings);
            if (exit != step.exit()) {
                throw new IllegalStateException("pkg %s ended with %d, expected %d"
                        .formatted(String.join(" ", step.command()), exit, step.exit()));
            }
        }
    }

    private static void delete(Path home) throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }
}
