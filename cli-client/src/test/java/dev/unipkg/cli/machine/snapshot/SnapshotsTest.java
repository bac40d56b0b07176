package dev.unipkg.cli.machine.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.cli.machine.qemu.QemuLaunch;
import dev.unipkg.cli.machine.snapshot.Snapshots.Found;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Snapshots on the disk: made, found, damaged, replaced and removed.
@Timeout(60)
class SnapshotsTest {
    @TempDir
    Path home;

    private Path root;
    private Path qemu;
    private Snapshots snapshots;
    private SnapshotKey key;

    @BeforeEach
    void start() throws IOException {
        root = home.resolve("snapshots");
        qemu = Files.writeString(home.resolve("qemu"), "a program");
        snapshots = new Snapshots(root);
        key = MadeSnapshot.key("one", qemu);
    }

    @Test
    void committedSnapshotIsFoundWithItsFiles() throws IOException {
        assertThat(snapshots.find(key)).isEqualTo(new Found.Nothing());
        assertThat(snapshots.all()).isEmpty();

        Path folder = make();

        Found.Whole found = (Found.Whole) snapshots.find(key);
        assertThat(found.snapshot().machine().ram())
                .isEqualTo(folder.resolve("ram"))
                .hasSize(64 << 20);
        assertThat(found.snapshot().machine().state())
                .isEqualTo(folder.resolve("state"))
                .exists();
        assertThat(found.snapshot().machine().disk()).contains(folder.resolve(QemuLaunch.DISK));
        assertThat(found.snapshot().machine().patience()).isEqualTo(MadeSnapshot.BOOT_TIME);
        assertThat(snapshots.find(MadeSnapshot.key("two", qemu))).isEqualTo(new Found.Nothing());
        assertThat(folder).isDirectoryNotContaining("glob:**/qemu.log");
    }

    @Test
    void listNamesPackageKernelMachineAndKey() throws IOException {
        make();
        assertThat(snapshots.all()).singleElement().satisfies(kept -> {
            assertThat(kept.valid()).isTrue();
            assertThat(kept.name())
                    .isEqualTo("acme/tool:1.0 (linux:6.1, q35, tcg, 512M, 1 cpu, "
                            + key.digest().hex().substring(0, 12) + ")");
        });
    }

    @Test
    void onlyItsUserMayReadASnapshot() throws IOException {
        Path folder = make();
        for (Path path : List.of(root, folder)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rwx------");
        }
        for (String name : List.of(Snapshots.RAM, Snapshots.STATE, QemuLaunch.DISK, Snapshots.ABOUT)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name))))
                    .as(name)
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void findingASnapshotCountsAsItsUse() throws IOException {
        Path folder = make();
        MadeSnapshot.age(folder, Duration.ofDays(40));
        assertThat(snapshots.all().getFirst().used()).isBefore(Instant.now().minus(Duration.ofDays(39)));

        assertThat(snapshots.find(key)).isInstanceOf(Found.Whole.class);

        assertThat(snapshots.all().getFirst().used()).isAfter(Instant.now().minus(Duration.ofMinutes(1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ram", "state", "disk.qcow2"})
    void shortFileIsUnusable(String name) throws IOException {
        for (int tenths = 0; tenths < 10; tenths++) {
            Path folder = make();
            try (FileChannel file = FileChannel.open(folder.resolve(name), StandardOpenOption.WRITE)) {
                file.truncate(file.size() * tenths / 10);
            }
            assertUnusable("the snapshot's file " + name + " has changed since it was made");
            Snapshots.drop(folder);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ram", "state", "disk.qcow2", "snapshot.json"})
    void missingFileIsUnusable(String name) throws IOException {
        Files.delete(make().resolve(name));
        assertUnusable("a file of the snapshot is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ram", "state", "disk.qcow2", "snapshot.json"})
    void linkInThePlaceOfAFileIsUnusable(String name) throws IOException {
        Path file = make().resolve(name);
        Path elsewhere = Files.move(file, home.resolve("elsewhere"));
        Files.createSymbolicLink(file, elsewhere);
        assertUnusable("the " + name + " of the snapshot is no regular file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ram", "state", "disk.qcow2"})
    void fileWrittenToIsUnusableEvenWhereItsTimeIsSetBack(String name) throws IOException {
        Path file = make().resolve(name);
        FileTime modified = Files.getLastModifiedTime(file);
        FileStamp before = FileStamp.of(file);
        // The clock of a file system may stand still for some milliseconds.
        while (FileStamp.of(file).changed() == before.changed()) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.write(UTF_8.encode("other"));
            }
            Files.setLastModifiedTime(file, modified);
        }
        assertThat(FileStamp.of(file).modified()).isEqualTo(before.modified());
        assertUnusable("the snapshot's file " + name + " has changed since it was made");
    }

    @Test
    void everyBeginningOfADescriptionIsUnusable() throws IOException {
        Path about = make().resolve(Snapshots.ABOUT);
        byte[] whole = Files.readAllBytes(about);
        for (int bytes = 0; bytes < whole.length; bytes++) {
            Files.write(about, Arrays.copyOf(whole, bytes));
            assertThat(snapshots.find(key)).as(bytes + " bytes").isInstanceOf(Found.Unusable.class);
            assertThat(snapshots.all()).as(bytes + " bytes").singleElement().matches(kept -> !kept.valid());
        }
    }

    @Test
    void descriptionWithAnyOtherByteIsReadOrUnusable() throws IOException {
        Path about = make().resolve(Snapshots.ABOUT);
        byte[] whole = Files.readAllBytes(about);
        Random random = new Random(14);
        for (int i = 0; i < 3000; i++) {
            byte[] other = whole.clone();
            other[random.nextInt(other.length)] = (byte) random.nextInt(32, 127);
            Files.write(about, other);
            assertThat(snapshots.find(key))
                    .as(new String(other, UTF_8))
                    .isInstanceOfAny(Found.Whole.class, Found.Unusable.class);
            assertThat(snapshots.all()).as(new String(other, UTF_8)).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "qemu", " 1 2", "/", "/bin/qemu 1", "\\n 1 x"})
    void strangeProgramIsNotThere(String program) throws IOException {
        Path about = make().resolve(Snapshots.ABOUT);
        Files.writeString(
                about, Files.readString(about).replaceFirst("\"qemu\":\"[^\"]*\"", "\"qemu\":\"" + program + "\""));
        assertThat(snapshots.all()).singleElement().matches(kept -> !kept.valid());
    }

    @Test
    void endlessDescriptionIsNotRead() throws IOException {
        Path about = make().resolve(Snapshots.ABOUT);
        try (FileChannel file = FileChannel.open(about, StandardOpenOption.WRITE)) {
            file.write(UTF_8.encode(" "), 3L << 30);
        }
        assertUnusable("snapshot.json of the snapshot is too long");
    }

    @Test
    void snapshotOfAFormerQemuIsKeptAsInvalid() throws IOException {
        make();
        Files.writeString(qemu, "a program, updated");

        assertThat(snapshots.find(MadeSnapshot.key("another", qemu))).isEqualTo(new Found.Nothing());
        assertThat(snapshots.all()).singleElement().matches(kept -> !kept.valid());
        Files.delete(qemu);
        assertThat(snapshots.all()).singleElement().matches(kept -> !kept.valid());
    }

    @Test
    void qemuMayHaveSpacesInItsPath() throws IOException {
        Path spaced =
                Files.writeString(Files.createDirectory(home.resolve("my own")).resolve("qemu 9 2"), "");
        MadeSnapshot.in(root, "acme/tool:1.0", spaced);
        assertThat(snapshots.all()).singleElement().matches(Snapshots.Kept::valid);
    }

    @Test
    void snapshotOfAPkgWithAnotherFormIsKeptAsInvalid() throws IOException {
        Path about = make().resolve(Snapshots.ABOUT);
        Files.writeString(about, Files.readString(about).replace("{\"form\":1,", "{\"form\":999,"));
        assertThat(snapshots.all()).singleElement().matches(kept -> !kept.valid());
    }

    @Test
    void linkInThePlaceOfASnapshotIsNeitherFollowedNorRemoved() throws IOException {
        Path elsewhere = Files.move(make(), home.resolve("elsewhere"));
        Path link = Files.createSymbolicLink(snapshots.folder(key), elsewhere);
        String why = link + " is a link, which is not followed";

        assertThat(snapshots.find(key)).isEqualTo(new Found.Unusable(why, true));
        assertThat(snapshots.all()).isEmpty();
        assertThat(snapshots.foreign()).containsExactly(why);
        Snapshots.drop(link);
        assertThatThrownBy(this::make).isInstanceOf(IOException.class).hasMessage(why);
        assertThat(link).isSymbolicLink();
        assertThat(elsewhere.resolve(Snapshots.RAM)).exists();
    }

    @Test
    void linkInThePlaceOfTheFolderOfAllIsNeitherFollowedNorRemoved() throws IOException {
        make();
        Path elsewhere = Files.move(root, home.resolve("elsewhere"));
        Files.createSymbolicLink(root, elsewhere);
        String why = root + " is a link, which is not followed";

        assertThat(snapshots.find(key)).isEqualTo(new Found.Unusable(why, true));
        assertThat(snapshots.all()).isEmpty();
        assertThat(snapshots.foreign()).containsExactly(why);
        assertThatThrownBy(snapshots::make).isInstanceOf(IOException.class).hasMessage(why);
        assertThatThrownBy(() -> snapshots.draft(1))
                .isInstanceOf(IOException.class)
                .hasMessage(why);
        assertThat(elsewhere)
                .isDirectoryContaining(path -> path.endsWith(key.digest().hex()));
    }

    @Test
    void fileInThePlaceOfAFolderIsLeftAlone() throws IOException {
        snapshots.make();
        Path file = Files.writeString(snapshots.folder(key), "precious");
        assertThat(snapshots.find(key)).isEqualTo(new Found.Unusable(file + " is no folder", true));
        Snapshots.drop(file);
        assertThat(file).exists();
    }

    @Test
    void snapshotOfAnotherUserIsLeftAlone() throws Exception {
        Path folder = make();
        giveAway(folder);
        String why = folder + " belongs to the user nobody";

        assertThat(snapshots.find(key)).isEqualTo(new Found.Unusable(why, true));
        assertThat(snapshots.all()).isEmpty();
        assertThat(snapshots.foreign()).containsExactly(why);
        Snapshots.drop(folder);
        assertThatThrownBy(this::make).isInstanceOf(IOException.class).hasMessage(why);
        assertThat(folder.resolve(Snapshots.RAM)).exists();
    }

    @Test
    void folderOfAllOfAnotherUserIsLeftAlone() throws Exception {
        make();
        giveAway(root);
        String why = root + " belongs to the user nobody";

        assertThat(snapshots.find(key)).isEqualTo(new Found.Unusable(why, true));
        assertThat(snapshots.all()).isEmpty();
        assertThat(snapshots.foreign()).containsExactly(why);
        assertThatThrownBy(snapshots::make).isInstanceOf(IOException.class).hasMessage(why);
    }

    @Test
    void folderThatIsOpenToOthersIsLeftAlone() throws IOException {
        for (Path open : List.of(make(), root)) {
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-x--x"));
            String why = open + " is open to others (chmod 700 mends that)";

            assertThat(snapshots.find(key)).isEqualTo(new Found.Unusable(why, true));
            assertThat(snapshots.all()).isEmpty();
            assertThat(snapshots.foreign()).containsExactly(why);
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwx------"));
            assertThat(snapshots.find(key)).isInstanceOf(Found.Whole.class);
        }
    }

    @Test
    void snapshotUnderTheNameOfAnotherIsUnusable() throws IOException {
        SnapshotKey other = MadeSnapshot.key("another machine", qemu);
        Files.move(make(), snapshots.folder(other));
        assertThat(snapshots.find(other)).isEqualTo(new Found.Unusable("the snapshot has been renamed", false));
        assertThat(snapshots.all()).singleElement().matches(kept -> !kept.valid());
    }

    @Test
    void oldestUnusedGoesWhereThereAreTooMany() throws IOException {
        List<Path> folders = new ArrayList<>();
        for (int i = 0; i < Snapshots.MOST; i++) {
            folders.add(MadeSnapshot.in(root, "acme/tool:1." + i, qemu));
            MadeSnapshot.age(folders.getLast(), Duration.ofHours(i == 5 ? 100 : i + 1));
        }
        assertThat(snapshots.all()).hasSize(Snapshots.MOST);

        make();

        assertThat(snapshots.all()).hasSize(Snapshots.MOST).allMatch(Snapshots.Kept::valid);
        assertThat(folders.get(5)).doesNotExist();
        assertThat(snapshots.find(key)).isInstanceOf(Found.Whole.class);
    }

    @Test
    void wholeSnapshotStaysWhereAnotherIsMadeForItsKey() throws IOException {
        Path state = make().resolve(Snapshots.STATE);
        Object before = Files.getAttribute(state, "unix:ino");
        make();
        assertThat(Files.getAttribute(state, "unix:ino")).isEqualTo(before);
        assertThat(snapshots.find(key)).isInstanceOf(Found.Whole.class);
    }

    @Test
    void damagedSnapshotIsReplaced() throws IOException {
        Files.writeString(make().resolve(Snapshots.STATE), "other");
        make();
        assertThat(snapshots.find(key)).isInstanceOf(Found.Whole.class);
    }

    @Test
    void ofCommitsAtOnceOneStays() throws Exception {
        for (int round = 0; round < 20; round++) {
            List<CompletableFuture<Void>> commits = new ArrayList<>();
            CountDownLatch drafted = new CountDownLatch(4);
            for (int i = 0; i < 4; i++) {
                commits.add(CompletableFuture.runAsync(
                        () -> {
                            try {
                                Path draft = MadeSnapshot.draft(snapshots);
                                drafted.countDown();
                                drafted.await();
                                snapshots.commit(
                                        draft, key, MadeSnapshot.origin("acme/tool:1.0"), MadeSnapshot.BOOT_TIME);
                                Snapshots.drop(draft);
                            } catch (Exception e) {
                                throw new AssertionError(e);
                            }
                        },
                        task -> Thread.ofPlatform().start(task)));
            }
            for (CompletableFuture<Void> commit : commits) {
                commit.get();
            }
            assertThat(snapshots.find(key)).isInstanceOf(Found.Whole.class);
            assertThat(snapshots.folder(key).getParent()).isDirectoryNotContaining("glob:**/.draft-*");
            Snapshots.drop(snapshots.folder(key));
        }
    }

    @Test
    void snapshotIsWholeOrGoneWhileItIsRemoved() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> others = CompletableFuture.runAsync(() -> {
            try {
                for (int i = 0; i < 100; i++) {
                    Snapshots.drop(make());
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            } finally {
                done.set(true);
            }
        });
        while (!done.get()) {
            if (snapshots.find(key) instanceof Found.Unusable(String why, boolean foreign)) {
                assertThat(foreign).as(why).isFalse();
            }
            assertThat(snapshots.all()).hasSizeLessThanOrEqualTo(1);
            assertThat(snapshots.foreign()).isEmpty();
        }
        others.get();
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void draftsOfKilledPkgsGoAfterAnHour() throws IOException {
        Path old = MadeSnapshot.draft(snapshots);
        Path young = MadeSnapshot.draft(snapshots);
        MadeSnapshot.age(old, Duration.ofMinutes(61));
        assertThat(snapshots.all())
                .singleElement()
                .matches(kept -> kept.folder().equals(old) && !kept.valid());

        MadeSnapshot.draft(snapshots);

        assertThat(old).doesNotExist();
        assertThat(young).exists();
    }

    @Test
    void foldersAndLinksInASnapshotGoWithItAndNothingElse() throws IOException {
        Path folder = make();
        Path precious = Files.writeString(home.resolve("precious"), "");
        Files.createSymbolicLink(folder.resolve("link"), home);
        Files.writeString(Files.createDirectory(folder.resolve("inner")).resolve("file"), "");

        Snapshots.drop(folder);

        assertThat(root).isEmptyDirectory();
        assertThat(precious).exists();
    }

    private Path make() throws IOException {
        return MadeSnapshot.in(root, key, "acme/tool:1.0");
    }

    private void assertUnusable(String why) throws IOException {
        assertThat(snapshots.find(key)).isEqualTo(new Found.Unusable(why, false));
        assertThat(snapshots.all()).singleElement().matches(kept -> !kept.valid());
    }

    private static void giveAway(Path path) throws Exception {
        Process chown = new ProcessBuilder("chown", "nobody", path.toString()).start();
        assumeTrue(chown.waitFor() == 0, "only root may give a folder to another user");
    }
}
