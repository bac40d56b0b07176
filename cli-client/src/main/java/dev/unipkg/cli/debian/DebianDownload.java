package dev.unipkg.cli.debian;

import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.output.Messages;
import dev.unipkg.format.Arch;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/// Debian's kernel for virtual machines with a static busybox, downloaded into temporary folders. Closing removes them,
/// and so does a signal that ends pkg.
///
/// @param folders one for each architecture, as [dev.unipkg.kernels.linux.DebianKernel] reads them
public record DebianDownload(Path folder, List<Path> folders) implements Closeable {

    private static final int DELETIONS = 10;
    private static final String BUSYBOX = "busybox-static";

    public DebianDownload {
        folders = List.copyOf(folders);
    }

    /// Downloads the newest kernel for each architecture.
    public static DebianDownload of(List<Arch> archs, Messages messages) throws IOException {
        List<String> unused = archs.stream().map(DebianDownload::metapackage).toList();
        Apt.require(Objects.requireNonNullElse(System.getenv("PATH"), ""));
        Path folder = Files.createTempDirectory("unipkg-debian");
        DebianDownload download = new DebianDownload(folder, List.of());
        Runtime.getRuntime().addShutdownHook(new Thread(download::abandon, "debian-download"));
        try {
            return new DebianDownload(folder, download.kernels(archs, messages));
        } catch (IOException | RuntimeException e) {
            download.close();
            throw e;
        }
    }

    private List<Path> kernels(List<Arch> archs, Messages messages) throws IOException {
        List<Path> kernels = new ArrayList<>();
        for (Arch arch : archs) {
            Path own = Files.createDirectory(folder.resolve(arch.oci()));
            kernels.add(kernel(new Apt(own, arch.oci()), metapackage(arch), messages));
        }
        return kernels;
    }

    private static Path kernel(Apt apt, String metapackage, Messages messages) throws IOException {
        apt.update();
        String image = apt.dependencies(metapackage).stream()
                .filter(name -> name.matches("linux-image-[0-9].*"))
                .findFirst()
                .orElseThrow(() -> Failure.failed("the sources in /etc/apt have no package " + metapackage)
                        .next("add Debian's own (deb http://deb.debian.org/debian bookworm main), or name a folder"
                                + " with an unpacked kernel and busybox"));
        messages.say("downloading " + image + " and " + BUSYBOX);
        return apt.unpacked(List.of(image, BUSYBOX));
    }

    /// The package that depends on the newest kernel for virtual machines.
    private static String metapackage(Arch arch) {
        return switch (arch) {
            case X86_64, ARM64 -> "linux-image-cloud-" + arch.oci();
            case RISCV64 ->
                throw Failure.failed("Debian has no kernel for virtual machines on riscv64")
                        .next("name a folder with an unpacked linux-image-riscv64 and busybox-static");
        };
    }

    // A signal ends the JVM in the middle of a download, without a way through `close`.
    private void abandon() {
        if (!Files.exists(folder)) {
            return;
        }
        // apt, which would write on.
        List<ProcessHandle> programs = ProcessHandle.current().descendants().toList();
        programs.forEach(ProcessHandle::destroyForcibly);
        programs.forEach(program -> program.onExit().join());
        String last = "";
        for (int i = 0; i < DELETIONS; i++) {
            try {
                close();
                return;
            } catch (IOException | UncheckedIOException e) {
                // The thread that downloads made a folder at this moment.
                last = String.valueOf(e.getMessage());
            }
        }
        System.err.println("pkg: left " + folder + " behind: " + last);
    }

    @Override
    public void close() throws IOException {
        // At a signal both the thread that downloads and the shutdown hook delete.
        synchronized (DebianDownload.class) {
            if (!Files.exists(folder)) {
                return;
            }
            try (var all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }
}
