package dev.unipkg.cli.machine.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KvmFailuresTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path folder;

    private Path qemu;

    @BeforeEach
    void installQemu() throws IOException {
        qemu = Files.writeString(folder.resolve("qemu"), "version 7");
    }

    @Test
    void knowsNothingAtFirst() {
        assertThat(at(NOW).include(qemu)).isFalse();
    }

    @Test
    void remembersForAWeek() throws IOException {
        at(NOW).add(qemu);
        assertThat(at(NOW.plus(Duration.ofDays(6))).include(qemu)).isTrue();
        assertThat(at(NOW.plus(Duration.ofDays(8))).include(qemu)).isFalse();
    }

    @Test
    void forgetsWhenQemuIsAnotherOne() throws IOException {
        at(NOW).add(qemu);
        Files.writeString(qemu, "version 10");
        assertThat(at(NOW).include(qemu)).isFalse();
    }

    @Test
    void forgetsWhatItCannotRead() throws IOException {
        for (String text : new String[] {"", "never\n", "2030-01-01T00:00:00Z", "\n\n\n"}) {
            Files.writeString(folder.resolve("failures"), text);
            assertThat(at(NOW).include(qemu)).isFalse();
        }
        at(NOW).add(qemu);
        assertThat(at(NOW).include(qemu)).isTrue();
    }

    @Test
    void isOfferedWhereTheDeviceOpens() throws IOException {
        assertThat(at(NOW).offered()).isFalse();
        Files.createFile(folder.resolve("kvm"));
        assertThat(at(NOW).offered()).isTrue();
    }

    private KvmFailures at(Instant now) {
        return new KvmFailures(folder.resolve("failures"), folder.resolve("kvm"), Clock.fixed(now, ZoneOffset.UTC));
    }
}
