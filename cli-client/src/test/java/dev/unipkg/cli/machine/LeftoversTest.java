package dev.unipkg.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LeftoversTest {
    private static final Instance.Running NOBODY = new Instance.Running(4_000_000, Instant.EPOCH);

    @TempDir
    Path instances;

    private Process machine;

    @BeforeEach
    void start() throws IOException {
        machine = new ProcessBuilder("sleep", "600").start();
    }

    @AfterEach
    void stop() {
        machine.destroyForcibly();
    }

    @Test
    void removesTheInstanceOfAKilledPkgWithItsMachine() throws Exception {
        InstanceFolder folder = recorded(false, NOBODY);
        Files.writeString(folder.file(InstanceFolder.CONSOLE), "hello");
        Leftovers.sweep(instances);
        assertThat(folder.path()).doesNotExist();
        assertThat(machine.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void removesWhatADetachingPkgDidNotGetToLeave() throws Exception {
        Process shell = new ProcessBuilder("/bin/sh", "-c", "sleep 600; true").start();
        ProcessHandle held = child(shell);
        InstanceFolder folder = InstanceFolder.create(instances);
        instance(folder.id(), false, NOBODY, Instance.Running.of(shell.toHandle()))
                .write(folder);

        Leftovers.sweep(instances);

        assertThat(folder.path()).doesNotExist();
        assertThat(shell.waitFor(10, TimeUnit.SECONDS)).isTrue();
        held.onExit().get(10, TimeUnit.SECONDS);
    }

    @Test
    void removesAnInstanceThatWasLeftADayAfterItsEnd() throws IOException {
        InstanceFolder running = recorded(true, NOBODY);
        InstanceFolder recent = ended();
        InstanceFolder quiet = ended();
        InstanceFolder old = ended();
        for (InstanceFolder folder : List.of(running, quiet, old)) {
            age(folder.file(InstanceFolder.STATE));
        }
        Files.writeString(quiet.file(InstanceFolder.CONSOLE), "hello");
        for (InstanceFolder folder : List.of(running, quiet, old)) {
            age(folder.path());
        }

        Leftovers.sweep(instances);

        assertThat(running.path()).exists();
        assertThat(recent.path()).exists();
        assertThat(quiet.path()).as("whose guest said something a moment ago").exists();
        assertThat(old.path()).doesNotExist();
    }

    @Test
    void aFolderThatItCannotReadKeepsNoOther() throws IOException {
        List<InstanceFolder> damaged = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            damaged.add(InstanceFolder.create(instances));
            Files.writeString(damaged.getLast().file(InstanceFolder.STATE), "{");
        }
        InstanceFolder folder = recorded(false, NOBODY);

        Leftovers.sweep(instances);

        assertThat(folder.path()).doesNotExist();
        assertThat(damaged).allSatisfy(one -> assertThat(one.path()).exists());
    }

    @Test
    void leavesInstancesThatAreWatchedOrLeftRunning() throws IOException {
        InstanceFolder watched = recorded(false, Instance.Running.of(ProcessHandle.current()));
        InstanceFolder left = recorded(true, NOBODY);
        Leftovers.sweep(instances);
        assertThat(watched.path()).exists();
        assertThat(left.path()).exists();
        assertThat(machine.isAlive()).isTrue();
    }

    @Test
    void doesNotKillAProcessThatMerelyHasTheSameNumber() throws IOException {
        Instance.Running earlier = new Instance.Running(machine.pid(), Instant.EPOCH);
        InstanceFolder folder = InstanceFolder.create(instances);
        instance(folder.id(), false, NOBODY, earlier).write(folder);
        Leftovers.sweep(instances);
        assertThat(folder.path()).doesNotExist();
        assertThat(machine.isAlive()).isTrue();
    }

    @Test
    void givesAFolderTimeToBeRecorded() throws IOException {
        InstanceFolder fresh = InstanceFolder.create(instances);
        InstanceFolder old = InstanceFolder.create(instances);
        Files.setLastModifiedTime(old.path(), FileTime.from(Instant.now().minus(Duration.ofHours(1))));
        Leftovers.sweep(instances);
        assertThat(fresh.path()).exists();
        assertThat(old.path()).doesNotExist();
    }

    @Test
    void readsTheRecordItWrote() throws IOException {
        InstanceFolder folder = InstanceFolder.create(instances);
        Instance written = instance(folder.id(), true, NOBODY, Instance.Running.of(machine.toHandle()))
                .ready(412);
        written.write(folder);
        assertThat(Instance.read(folder.path())).contains(written);
        assertThat(written.qemu().find()).isPresent();
    }

    private InstanceFolder ended() throws IOException {
        InstanceFolder folder = InstanceFolder.create(instances);
        instance(folder.id(), true, NOBODY, NOBODY).write(folder);
        return folder;
    }

    private static void age(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
    }

    private static ProcessHandle child(Process parent) {
        while (parent.children().findAny().isEmpty()) {
            Thread.onSpinWait();
        }
        return parent.children().findAny().orElseThrow();
    }

    private InstanceFolder recorded(boolean left, Instance.Running pkg) throws IOException {
        InstanceFolder folder = InstanceFolder.create(instances);
        instance(folder.id(), left, pkg, Instance.Running.of(machine.toHandle()))
                .write(folder);
        return folder;
    }

    private static Instance instance(String id, boolean left, Instance.Running pkg, Instance.Running qemu) {
        List<PortForward> forwards = List.of(PortForward.parse("8080:80"), PortForward.parse("0.0.0.0:53:53/udp"));
        return new Instance(
                id,
                "library/nginx:1.22",
                new Instance.Setup("q35", Accelerator.TCG, new Memory(256), 2, forwards),
                left,
                pkg,
                qemu,
                Optional.empty());
    }
}
