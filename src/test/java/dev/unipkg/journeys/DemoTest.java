package dev.unipkg.journeys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The README's first command, in a folder and at a port of its own.
class DemoTest {

    private static final Path FRONT_DOOR =
            Path.of("../../unipkg").toAbsolutePath().normalize();

    /// Debian's packages stay in it, so that the second run downloads nothing.
    private static final Path WORK = Path.of("target/demo").toAbsolutePath();

    private static final long TIMEOUT_MINUTES = 10;

    /// The demo takes the first free ports from here on. It is below the ports that Linux gives to clients, one of
    /// which
    /// another test could get after the demo has found it free.
    private static final int FIRST_PORT = 18_080;

    @TempDir
    Path folder;

    private record Ended(int exitCode, String said) {}

    @Test
    void makesPushesFetchesAndBootsRealPackages() throws Exception {
        requireApt();

        Ended demo = demo(Map.of("UNIPKG_STORAGE_KIND", "s3"));

        assertThat(demo.exitCode()).as(demo.said()).isZero();
        assertThat(demo.said())
                .contains("pkg run nginx on linux, to its answer")
                .contains("it said: Hello from nginx in a machine of its own")
                .contains("pkg run nginx on linux, resumed, to its answer")
                .containsPattern("pkg said: resumed, answers after [0-9]+ ms")
                .contains("it said: +PONG")
                .contains("All of it worked.");
    }

    @Test
    void aStepThatFailsInTheMiddleEndsIt() throws Exception {
        requireApt();
        Path broken =
                Files.writeString(folder.resolve("dpkg-deb"), "#!/bin/sh\necho 'the archive is damaged'\nexit 2\n");
        Files.setPosixFilePermissions(broken, PosixFilePermissions.fromString("rwxr-xr-x"));

        Ended demo = demo(Map.of("PATH", folder + ":" + System.getenv("PATH")));

        assertThat(demo.exitCode()).as(demo.said()).isEqualTo(1);
        assertThat(demo.said())
                .contains("dpkg-deb did not succeed", "the archive is damaged")
                .doesNotContain("pkg build");
    }

    @Test
    void aSecondOneLeavesTheFirstAlone() throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        Path lock = folder.resolve("lock");
        Process first = new ProcessBuilder(
                        "flock", lock.toString(), "sh", "-c", "echo $$ >" + lock + "; echo; read end")
                .start();
        try {
            first.getInputStream().read();

            Ended second = demo(Map.of("DEMO_DIR", folder.toString()));

            assertThat(second.exitCode()).as(second.said()).isEqualTo(1);
            assertThat(second.said())
                    .contains("another demo (process " + Files.readString(lock).strip() + ") uses");
            assertThat(data).exists();
        } finally {
            first.getOutputStream().close();
            first.waitFor();
        }
    }

    private Ended demo(Map<String, String> environment) throws IOException, InterruptedException {
        Path said = folder.resolve("said");
        ProcessBuilder builder = new ProcessBuilder(FRONT_DOOR.toString(), "demo", "--exit")
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().put("DEMO_DIR", WORK.toString());
        builder.environment().put("DEMO_PORT", Integer.toString(FIRST_PORT));
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES)) {
            process.destroy();
            throw new AssertionError(
                    "the demo did not end within " + TIMEOUT_MINUTES + " min:\n" + Files.readString(said));
        }
        return new Ended(process.exitValue(), Files.readString(said, UTF_8));
    }

    private void requireApt() throws IOException, InterruptedException {
        boolean reached = apt("download", "nginx") || (apt("update") && apt("download", "nginx"));
        assumeTrue(reached, "apt cannot be reached, and the demo makes its packages from Debian's");
    }

    private boolean apt(String... arguments) throws IOException, InterruptedException {
        if (!Files.isExecutable(Path.of("/usr/bin/apt-get"))) {
            return false;
        }
        List<String> command = new ArrayList<>(List.of("apt-get", "-q", "-o", "APT::Sandbox::User=root"));
        command.addAll(List.of(arguments));
        Process apt = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("apt.log").toFile())
                .start();
        return apt.waitFor() == 0;
    }
}
