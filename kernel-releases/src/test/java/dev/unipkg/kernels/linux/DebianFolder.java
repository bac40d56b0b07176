package dev.unipkg.kernels.linux;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Debian's kernel and its static busybox, unpacked: the folder that `UNIPKG_DEBIAN_KERNEL` names, or else downloaded
/// once into `target`.
public final class DebianFolder {

    private static final String VARIABLE = "UNIPKG_DEBIAN_KERNEL";

    private static final List<String> PACKAGES = List.of("linux-image-cloud-amd64", "busybox-static");

    private DebianFolder() {}

    /// The folder; the test skips, saying what is missing, where there is none to be had.
    public static Path orSkip() throws IOException, InterruptedException {
        String named = System.getenv(VARIABLE);
        if (named != null) {
            return Path.of(named);
        }
        Path folder = Path.of("target", "debian-kernel").toAbsolutePath();
        if (!Files.exists(folder)) {
            Path draft = Files.createTempDirectory(Files.createDirectories(folder.getParent()), "debian");
            download(draft);
            Files.move(draft, folder);
        }
        return folder;
    }

    private static void download(Path draft) throws IOException, InterruptedException {
        Path debs = Files.createDirectory(draft.resolve("debs"));
        for (String name : PACKAGES) {
            Ran ran = run(debs, "apt-get", "download", concrete(name));
            assumeTrue(
                    ran.status == 0,
                    () -> "cannot download Debian's package " + name + ", so nothing boots here: " + ran.output
                            + "; unpack it and busybox-static into a folder and name that in " + VARIABLE);
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(debs, "*.deb")) {
            for (Path deb : files) {
                Ran ran = run(draft, "dpkg", "-x", deb.toString(), draft.toString());
                assumeTrue(ran.status == 0, () -> "cannot unpack " + deb + ": " + ran.output);
            }
        }
    }

    /// The kernel's package is empty and depends on the one with the kernel in it.
    private static String concrete(String name) throws IOException, InterruptedException {
        Ran ran = run(Path.of("."), "apt-cache", "depends", name);
        return ran.output
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("Depends: linux-image-"))
                .map(line -> line.substring("Depends: ".length()))
                .findFirst()
                .orElse(name);
    }

    private record Ran(int status, String output) {}

    private static Ran run(Path folder, String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("run", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(5, TimeUnit.MINUTES);
            process.destroyForcibly();
            return new Ran(ended ? process.exitValue() : -1, Files.readString(output, StandardCharsets.UTF_8));
        } catch (IOException e) {
            return new Ran(-1, e.toString());
        } finally {
            Files.delete(output);
        }
    }
}
