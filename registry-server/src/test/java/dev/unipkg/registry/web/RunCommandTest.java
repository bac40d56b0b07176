package dev.unipkg.registry.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.PackageName;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunCommandTest {

    @Test
    void usualRegistryAndNamespaceAreLeftOutAndItsPortIsAvoided() {
        assertThat(new RunCommand("http://localhost:8080").of(new PackageName("library", "nginx"), List.of("80/tcp")))
                .isEqualTo("pkg run nginx -p 8081:80");
    }

    @Test
    void otherRegistryIsNamed() {
        assertThat(new RunCommand("https://registry.example")
                        .of(new PackageName("acme", "web"), List.of("80/tcp", "6379/tcp", "53/udp")))
                .isEqualTo(
                        "pkg run --registry https://registry.example acme/web -p 8080:80 -p 6379:6379 -p 8053:53/udp");
    }

    @ParameterizedTest
    @CsvSource({
        "'80/tcp,8080/tcp', -p 8080:80 -p 8081:8080",
        "'8080/tcp,80/tcp', -p 8080:8080 -p 8081:80",
        "'80/tcp,8080/tcp,8081/tcp', -p 8080:80 -p 8081:8080 -p 8082:8081",
        "'53/tcp,53/udp', -p 8053:53 -p 8053:53/udp",
        "'65535/tcp,65535/udp', -p 65535:65535 -p 65535:65535/udp"
    })
    void portOfTheReadersMachineIsForwardedOnceForEachProtocol(String ports, String forwards) {
        assertThat(new RunCommand("https://registry.example")
                        .of(new PackageName("acme", "web"), List.of(ports.split(","))))
                .endsWith(" acme/web " + forwards);
    }

    @Test
    void portBehindTheLastIsTheFirstThatIsNotPrivileged() {
        assertThat(new RunCommand("http://localhost:65535").of(new PackageName("acme", "web"), List.of("65535/tcp")))
                .endsWith(" -p 1024:65535");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://x;touch broken",
                "http://$(touch broken)",
                "http://x`touch broken`",
                "http://x y",
                "http://x&y",
                "http://it's",
                "http://[::1]:8080",
                "https://x.example/registry",
                "https://x.example/a?b=*&c=~#d"
            })
    void shellReadsTheAddressAsOneWordWhateverIsInIt(String base, @TempDir Path folder) throws Exception {
        String command = new RunCommand(base).of(new PackageName("acme", "web"), List.of());

        Process shell = new ProcessBuilder("sh", "-c", "pkg() { printf '%s\\n' \"$@\"; }\n" + command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();

        assertThat(shell.inputReader().lines()).containsExactly("run", "--registry", base, "acme/web");
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 bytes",
        "1023, 1023 bytes",
        "1024, 1.0 KiB",
        "1048575, 1.0 MiB",
        "12897484, 12.3 MiB",
        "5368709120, 5.0 GiB"
    })
    void sizesAreShort(long bytes, String shown) {
        assertThat(Texts.size(bytes)).isEqualTo(shown);
    }
}
