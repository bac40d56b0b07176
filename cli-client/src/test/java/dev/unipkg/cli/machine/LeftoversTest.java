package dev.unipkg.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    void leavesInstancesThatAreWatchedOrDetached() throws IOException {
        InstanceFolder watched = recorded(false, Instance.Running.of(ProcessHandle.current()));
        InstanceFolder detached = recorded(true, NOBODY);
        Leftovers.sweep(instances);
        assertThat(watched.path()).exists();
        assertThat(detached.path()).exists();
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

    private InstanceFolder recorded(boolean detached, Instance.Running pkg) throws IOException {
        InstanceFolder folder = InstanceFolder.create(instances);
        instance(folder.id(), detached, pkg, Instance.Running.of(machine.toHandle()))
                .write(folder);
        return folder;
    }

    private static Instance instance(String id, boolean detached, Instance.Running pkg, Instance.Running qemu) {
        List<PortForward> forwards = List.of(PortForward.parse("8080:80"), PortForward.parse("0.0.0.0:53:53/udp"));
        return new Instance(
                id,
                "library/nginx:1.22",
                new Instance.Setup("q35", Accelerator.TCG, new Memory(256), 2, forwards),
                detached,
                pkg,
                qemu,
                Optional.empty());
    }
}
