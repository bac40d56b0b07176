package dev.unipkg.cli.machine.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.cli.machine.console.ConsoleFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AbandonedInstancesTest {
    private static final HostProcess NOBODY = SampleInstance.NOBODY;

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
        Files.writeString(folder.file(ConsoleFiles.CURRENT), "hello");
        AbandonedInstances.sweep(instances);
        assertThat(folder.path()).doesNotExist();
        assertThat(machine.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void removesWhatADetachingPkgDidNotGetToLeave() throws Exception {
        Process shell = new ProcessBuilder("/bin/sh", "-c", "sleep 600; true").start();
        ProcessHandle held = child(shell);
        InstanceFolder folder = SampleInstance.folder(instances);
        folder.write(SampleInstance.record(folder.name(), false, NOBODY, HostProcess.of(shell.toHandle())));

        AbandonedInstances.sweep(instances);

        assertThat(folder.path()).doesNotExist();
        assertThat(shell.waitFor(10, TimeUnit.SECONDS)).isTrue();
        held.onExit().get(10, TimeUnit.SECONDS);
    }

    @Test
    void anInstanceThatWasLeftAndHasEndedStaysUntilItsUserRemovesIt() throws IOException {
        InstanceFolder ended = SampleInstance.folder(instances);
        ended.write(SampleInstance.record(ended.name(), true, NOBODY, NOBODY));
        age(ended.file(InstanceFolder.STATE));
        age(ended.path());

        AbandonedInstances.sweep(instances);

        assertThat(ended.path()).exists();
    }

    @Test
    void anInstanceOfANewerPkgIsLeftAlone() throws IOException {
        InstanceFolder newer = SampleInstance.folder(instances);
        Files.writeString(newer.file(InstanceFolder.STATE), "{\"format\": 2}");
        age(newer.path());

        AbandonedInstances.sweep(instances);

        assertThat(newer.path()).exists();
    }

    @Test
    void aFolderWhoseDeletionWasCutShortGoes() throws IOException {
        Path gone = Files.createDirectory(instances.resolve(InstanceFolder.GONE + "1"));
        Files.writeString(gone.resolve(ConsoleFiles.CURRENT), "hello");

        AbandonedInstances.sweep(instances);

        assertThat(gone).doesNotExist();
    }

    @Test
    void aDraftGoesWithItsPkgAndNotBefore() throws Exception {
        Path mine = draft(ProcessHandle.current().pid());
        age(mine);
        Process ended = new ProcessBuilder("true").start();
        assertThat(ended.waitFor()).isZero();
        Path left = draft(ended.pid());
        Path strange = Files.createDirectory(instances.resolve(InstanceFolder.DRAFT + "x"));

        AbandonedInstances.sweep(instances);

        assertThat(mine).exists();
        assertThat(left).doesNotExist();
        assertThat(strange).exists();
    }

    private Path draft(long pkg) throws IOException {
        return Files.createDirectory(instances.resolve(InstanceFolder.DRAFT + pkg + "-1"));
    }

    @Test
    void aFolderThatItCannotReadKeepsNoOther() throws IOException {
        List<InstanceFolder> damaged = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            damaged.add(SampleInstance.folder(instances));
            Files.writeString(damaged.getLast().file(InstanceFolder.STATE), "{");
        }
        InstanceFolder folder = recorded(false, NOBODY);

        AbandonedInstances.sweep(instances);

        assertThat(folder.path()).doesNotExist();
        assertThat(damaged).allSatisfy(one -> assertThat(one.path()).exists());
    }

    @Test
    void leavesInstancesThatAreWatchedOrLeftRunning() throws IOException {
        InstanceFolder watched = recorded(false, HostProcess.current());
        InstanceFolder left = recorded(true, NOBODY);
        AbandonedInstances.sweep(instances);
        assertThat(watched.path()).exists();
        assertThat(left.path()).exists();
        assertThat(machine.isAlive()).isTrue();
    }

    @Test
    void doesNotKillAProcessThatMerelyHasTheSameNumber() throws IOException {
        HostProcess now = HostProcess.of(machine.toHandle());
        HostProcess earlier = new HostProcess(now.pid(), now.boot(), now.ticks() - 1);
        InstanceFolder folder = SampleInstance.folder(instances);
        folder.write(SampleInstance.record(folder.name(), false, NOBODY, earlier));
        AbandonedInstances.sweep(instances);
        assertThat(folder.path()).doesNotExist();
        assertThat(machine.isAlive()).isTrue();
    }

    @Test
    void givesAFolderTimeToBeRecorded() throws IOException {
        InstanceFolder fresh = SampleInstance.folder(instances);
        InstanceFolder old = SampleInstance.folder(instances);
        Files.setLastModifiedTime(old.path(), FileTime.from(Instant.now().minus(Duration.ofHours(1))));
        AbandonedInstances.sweep(instances);
        assertThat(fresh.path()).exists();
        assertThat(old.path()).doesNotExist();
    }

    @Test
    void folderOfAnotherUserIsLeftAloneWithTheProcessesThatItNames() throws Exception {
        InstanceFolder other = recorded(false, NOBODY);
        Path gone = Files.createDirectory(instances.resolve(InstanceFolder.GONE + "1"));
        Path file = Files.createFile(gone.resolve(ConsoleFiles.CURRENT));
        Process chown = new ProcessBuilder("chown", "nobody", other.path().toString(), gone.toString()).start();
        assumeTrue(chown.waitFor() == 0, "only root may give a folder to another user");

        AbandonedInstances.sweep(instances);

        assertThat(machine.isAlive()).isTrue();
        assertThat(other.path()).exists();
        assertThat(file).exists();
    }

    @Test
    void symlinkIsNotFollowed(@TempDir Path elsewhere) throws IOException {
        Path file = Files.createFile(elsewhere.resolve("precious"));
        Files.createSymbolicLink(instances.resolve(InstanceFolder.GONE + "1"), elsewhere);
        InstanceFolder folder = SampleInstance.folder(elsewhere);
        folder.write(SampleInstance.record(folder.name(), false, NOBODY, HostProcess.of(machine.toHandle())));
        Path link = Files.createSymbolicLink(instances.resolve("web"), folder.path());

        AbandonedInstances.sweep(instances);
        InstanceFolder.deleteFiles(instances.resolve(InstanceFolder.GONE + "1"));

        assertThat(file).exists();
        assertThat(folder.path()).exists();
        assertThat(link).isSymbolicLink();
        assertThat(machine.isAlive()).isTrue();
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

    private InstanceFolder recorded(boolean left, HostProcess pkg) throws IOException {
        InstanceFolder folder = SampleInstance.folder(instances);
        folder.write(SampleInstance.record(folder.name(), left, pkg, HostProcess.of(machine.toHandle())));
        return folder;
    }
}
