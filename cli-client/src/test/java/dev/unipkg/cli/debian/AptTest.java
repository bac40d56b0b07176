package dev.unipkg.cli.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.cli.output.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AptTest {

    @TempDir
    Path folder;

    @BeforeEach
    void programs() throws IOException {
        for (String program : List.of("apt-get", "apt-cache", "dpkg-deb")) {
            Path file = Files.createFile(folder.resolve(program));
            assertThat(file.toFile().setExecutable(true)).isTrue();
        }
    }

    @Test
    void aMachineWithTheProgramsIsTaken() {
        assertThatCode(() -> Apt.require("/nowhere:" + folder)).doesNotThrowAnyException();
    }

    @Test
    void aMachineWithoutOneOfThemIsToldWhatIsNeeded() throws IOException {
        Files.delete(folder.resolve("dpkg-deb"));

        assertThatThrownBy(() -> Apt.require(folder.toString()))
                .hasMessageStartingWith("dpkg-deb is not on this machine; --from-debian needs Debian")
                .isInstanceOfSatisfying(
                        Failure.class,
                        failure -> assertThat(failure.next()).get().asString().contains("linux-image-cloud-amd64"));
        assertThatThrownBy(() -> Apt.require("")).hasMessageStartingWith("apt-get is not on this machine");
    }

    @Test
    void aProgramThatFailsIsToldWithItsExitCodeAndReason() {
        ProgramRun run =
                new ProgramRun(List.of("sh", "-c", "echo fine; echo 'E: no such mirror' >&2; echo more; exit 100"));

        assertThatThrownBy(() -> run.run(folder)).hasMessage("sh ended with exit code 100: E: no such mirror");
    }

    @Test
    void aProgramThatSaysMuchIsReadToItsEnd() throws IOException {
        ProgramRun run = new ProgramRun(List.of("sh", "-c", "head -c 5000000 /dev/zero; exit 3"));

        ProgramRun.Result result = run.tryRun(folder);

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.text()).hasSize(1 << 20);
    }
}
