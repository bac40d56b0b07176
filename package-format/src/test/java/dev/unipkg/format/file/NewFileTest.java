package dev.unipkg.format.file;

import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.ContentRefusal;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewFileTest {

    @TempDir
    Path root;

    private Path folder;
    private Path target;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(root.resolve("aside"));
        target = root.resolve("target");
    }

    @Test
    void fileIsSeenUnderItsNameOnlyOnceItIsCommitted() throws IOException {
        try (NewFile file = NewFile.in(folder)) {
            file.out().write('a');
            file.out().write(new byte[] {'b', 'c'});
            assertThat(target).doesNotExist();

            file.commit(target);
            assertThat(target).hasContent("abc");
        }
        assertThat(target).hasContent("abc");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
                .isEqualTo("r--r--r--");
        assertThat(aside()).isEmpty();
    }

    @Test
    void commitReplacesWhatHasTheName() throws IOException {
        Files.writeString(target, "damaged");
        try (NewFile file = NewFile.in(folder)) {
            file.out().write('a');
            file.commit(target);
        }
        assertThat(target).hasContent("a");
    }

    @Test
    void fileWithoutACommitIsGone() throws IOException {
        try (NewFile file = NewFile.in(folder)) {
            file.out().write(new byte[100]);
            assertThat(file.sync()).hasSize(100);
        }
        assertThat(aside()).isEmpty();
    }

    @Test
    void failedCommitLeavesNothing() throws IOException {
        try (NewFile file = NewFile.in(folder)) {
            assertThatThrownBy(() -> file.commit(root.resolve("absent").resolve("target")))
                    .isInstanceOf(NoSuchFileException.class);
        }
        assertThat(aside()).isEmpty();
    }

    @Test
    void fileIsLockedWhileItIsOpen() throws IOException {
        try (NewFile _ = NewFile.in(folder);
                FileChannel channel = FileChannel.open(aside().getFirst(), WRITE)) {
            assertThatThrownBy(channel::tryLock).isInstanceOf(OverlappingFileLockException.class);
        }
    }

    @Test
    void largeFileIsWholeThoughItIsSyncedMeanwhile() throws IOException {
        byte[] bytes = new byte[(20 << 20) + 1];
        new Random(1).nextBytes(bytes);
        try (NewFile file = NewFile.in(folder)) {
            for (int at = 0; at < bytes.length; at += 100_000) {
                file.out().write(bytes, at, Math.min(100_000, bytes.length - at));
            }
            file.commit(target);
        }
        assertThat(Files.mismatch(target, Files.write(root.resolve("expected"), bytes)))
                .isEqualTo(-1);
    }

    @Test
    void outputGoesOnWhereItIsTold() throws IOException {
        Files.write(target, new byte[] {1, 2, 3});
        try (FileChannel channel = FileChannel.open(target, WRITE)) {
            FileOutput out = new FileOutput(target, channel, 2);
            out.write(new byte[] {7, 8, 9, 10}, 1, 2);
            assertThat(out.position()).isEqualTo(4);
        }
        assertThat(target).hasBinaryContent(new byte[] {1, 2, 8, 9});
    }

    @Test
    void fullDiskIsToldWithThePlaceToLookAt() throws IOException {
        Path full = Path.of("/dev/full");
        try (FileChannel device = FileChannel.open(full, WRITE)) {
            assertThatThrownBy(() -> new FileOutput(full, device, 0).write(new byte[1000]))
                    .hasMessage("cannot write /dev/full at byte 0: No space left on device")
                    .isInstanceOfSatisfying(
                            IOException.class,
                            e -> assertThat(ContentRefusal.isDiskFull(e)).isTrue());
        }
    }

    private List<Path> aside() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
