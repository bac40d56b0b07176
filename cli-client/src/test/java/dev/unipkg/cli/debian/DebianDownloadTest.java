package dev.unipkg.cli.debian;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Downloads that a signal ends, with a script for apt.
@Timeout(120)
class DebianDownloadTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void signalLeavesNoFolderBehind(String signal) throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Path started = folder.resolve("started");
        Path programs = programs("echo >" + started + "; while :; do echo x >$PWD/more-$i; i=$((i+1)); done");

        Process pkg = pkg(temporary, programs, folder.resolve("home"));
        while (!Files.exists(started)) {
            assertThat(pkg.isAlive()).isTrue();
            Thread.onSpinWait();
        }
        assertThat(children(temporary)).isNotEmpty();
        assertThat(new ProcessBuilder("kill", "-" + signal, "" + pkg.pid())
                        .start()
                        .waitFor())
                .isZero();

        assertThat(pkg.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(children(temporary)).isEmpty();
    }

    @Test
    void failureLeavesNoFolderBehind() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));

        Process pkg = pkg(temporary, programs("exit 100"), folder.resolve("home"));

        assertThat(pkg.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(children(temporary)).isEmpty();
    }

    private Path programs(String script) throws IOException {
        Path programs = Files.createDirectory(folder.resolve("bin"));
        for (String program : List.of("apt-get", "apt-cache", "dpkg-deb")) {
            Path file = Files.writeString(programs.resolve(program), "#!/bin/sh\n" + script + "\n");
            assertThat(file.toFile().setExecutable(true)).isTrue();
        }
        return programs;
    }

    private static Process pkg(Path temporary, Path programs, Path home) throws IOException {
        // A shell has what it starts in the background ignore Ctrl-C.
        ProcessBuilder builder = new ProcessBuilder(
                "env",
                "--default-signal=INT,HUP",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Djava.io.tmpdir=" + temporary,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.unipkg.cli.Pkg",
                "kernel",
                "push",
                "linux",
                "--from-debian",
                "--arch",
                "x86_64");
        builder.environment().put("PATH", programs + ":" + System.getenv("PATH"));
        builder.environment().put("UNIPKG_HOME", home.toString());
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
