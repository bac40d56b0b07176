package dev.unipkg.journeys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Real files to make packages and kernel releases from: Debian's packages, downloaded and unpacked once a
/// build, never installed.
final class DebianFiles {

    private static final Path FOLDER = Path.of("target/debian").toAbsolutePath();
    private static final Pattern DEPENDS = Pattern.compile("Depends: (linux-image-[0-9]\\S+)");

    private DebianFiles() {}

    /// A folder with `boot/vmlinuz-*`, `lib/modules/*` and `bin/busybox`.
    static Path kernel() throws IOException, InterruptedException {
        Path folder = FOLDER.resolve("kernel");
        if (!Files.isDirectory(folder)) {
            assumeTrue(hasApt(), "needs apt-get and dpkg-deb of Debian to fetch linux-image-cloud-amd64");
            Matcher image = DEPENDS.matcher(output("apt-cache", "depends", "linux-image-cloud-amd64"));
            if (!image.find()) {
                output("apt-get", "update", "-q");
                image = DEPENDS.matcher(output("apt-cache", "depends", "linux-image-cloud-amd64"));
                assumeTrue(image.find(), "apt knows no linux-image-cloud-amd64 on this machine");
            }
            unpack(folder, image.group(1), "busybox-static");
        }
        return folder;
    }

    private static boolean hasApt() {
        return Files.isExecutable(Path.of("/usr/bin/apt-get")) && Files.isExecutable(Path.of("/usr/bin/dpkg-deb"));
    }

    /// Downloads packages and unpacks them into `folder`, which appears whole or not at all.
    private static void unpack(Path folder, String... packages) throws IOException, InterruptedException {
        Files.createDirectories(FOLDER);
        Path downloads = Files.createTempDirectory(FOLDER, "downloads");
        Path unpacked = Files.createTempDirectory(FOLDER, "unpacked");
        List<String> command = Stream.concat(
                        Stream.of("apt-get", "-q", "-o", "APT::Sandbox::User=root", "download"), Stream.of(packages))
                .toList();
        run(downloads, command);
        try (Stream<Path> archives = Files.list(downloads)) {
            for (Path archive : archives.toList()) {
                run(downloads, List.of("dpkg-deb", "-x", archive.toString(), unpacked.toString()));
            }
        }
        Files.move(unpacked, folder);
    }

    private static void run(Path folder, List<String> command) throws IOException, InterruptedException {
        Path log = Files.createTempFile("debian", ".log");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + " failed:\n" + Files.readString(log));
        }
    }

    private static String output(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), UTF_8);
    }
}
