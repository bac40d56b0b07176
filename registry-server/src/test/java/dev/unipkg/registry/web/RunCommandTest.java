package dev.unipkg.registry.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.PackageName;
import java.util.List;
import org.junit.jupiter.api.Test;
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
    @ValueSource(strings = {"http://x;rm -rf", "http://$(id)", "http://x`id`", "http://x y", "http://x&y"})
    void addressThatAShellWouldReadOtherwiseIsLeftOut(String base) {
        assertThat(new RunCommand(base).of(new PackageName("acme", "web"), List.of()))
                .isEqualTo("pkg run acme/web");
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
