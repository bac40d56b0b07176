package dev.unipkg.cli.machine;

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

class KvmNotesTest {
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
        assertThat(at(NOW).failing(qemu)).isFalse();
    }

    @Test
    void remembersForAWeek() throws IOException {
        at(NOW).failed(qemu);
        assertThat(at(NOW.plus(Duration.ofDays(6))).failing(qemu)).isTrue();
        assertThat(at(NOW.plus(Duration.ofDays(8))).failing(qemu)).isFalse();
    }

    @Test
    void forgetsWhenQemuIsAnotherOne() throws IOException {
        at(NOW).failed(qemu);
        Files.writeString(qemu, "version 10");
        assertThat(at(NOW).failing(qemu)).isFalse();
    }

    @Test
    void forgetsWhatItCannotRead() throws IOException {
        for (String text : new String[] {"", "never\n", "2030-01-01T00:00:00Z", "\n\n\n"}) {
            Files.writeString(folder.resolve("notes"), text);
            assertThat(at(NOW).failing(qemu)).isFalse();
        }
        at(NOW).failed(qemu);
        assertThat(at(NOW).failing(qemu)).isTrue();
    }

    @Test
    void isOfferedWhereTheDeviceOpens() throws IOException {
        assertThat(at(NOW).offered()).isFalse();
        Files.createFile(folder.resolve("kvm"));
        assertThat(at(NOW).offered()).isTrue();
    }

    private KvmNotes at(Instant now) {
        return new KvmNotes(folder.resolve("notes"), folder.resolve("kvm"), Clock.fixed(now, ZoneOffset.UTC));
    }
}
