package dev.unipkg.kernels.linux;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Debian's cloud kernel and its static busybox, unpacked: the folder that `UNIPKG_DEBIAN_KERNEL` names,
/// or else one that is downloaded with apt once and kept in `target`.
public final class DebianFolder {
    private static final String VARIABLE = "UNIPKG_DEBIAN_KERNEL";

    // The package with the kernel in it is what the first one depends on; its name holds the kernel's
    // version.
    private static final String DOWNLOAD = """
            set -e
            mkdir -p "$0/debs" && cd "$0/debs"
            apt-cache show linux-image-cloud-amd64 busybox-static >/dev/null || apt-get -q update
            kernel=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/^ *Depends: \\(linux-image-.*\\)/\\1/p')
            apt-get -q -o APT::Sandbox::User=root download "$kernel" busybox-static
            for deb in *.deb; do dpkg-deb -x "$deb" "$0"; done
            rm -r "$0/debs"
            """;

    private DebianFolder() {}

    /// The folder; the test is skipped, saying why, where there is none to be had.
    public static synchronized Path orSkip() throws IOException, InterruptedException {
        String named = System.getenv(VARIABLE);
        if (named != null) {
            return Path.of(named);
        }
        Path folder = Path.of("target", "debian-kernel").toAbsolutePath();
        if (!Files.exists(folder)) {
            Path draft = Files.createTempDirectory(Files.createDirectories(folder.getParent()), "debian");
            Path said = Files.createTempFile("apt", ".log");
            int status = new ProcessBuilder("sh", "-c", DOWNLOAD, draft.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start()
                    .waitFor();
            assumeTrue(
                    status == 0,
                    "Debian's kernel cannot be downloaded, so no Linux boots here; unpack linux-image-cloud-amd64 and"
                            + " busybox-static into a folder and name it in " + VARIABLE + ":\n"
                            + Files.readString(said));
            try {
                Files.move(draft, folder);
            } catch (FileAlreadyExistsException e) {
                // Another process of the tests was sooner.
                return folder;
            }
        }
        return folder;
    }
}
