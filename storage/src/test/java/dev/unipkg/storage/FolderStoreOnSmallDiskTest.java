package dev.unipkg.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.RefusedException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A folder store on a real file system of 8 MiB, of which 1 MiB is reserved.
class FolderStoreOnSmallDiskTest {

    private static final int MIB = 1 << 20;

    @TempDir
    Path temp;

    private final Blob small = Blob.random(MIB);
    private final Blob large = Blob.random(10 * MIB);
    private MountedDisk disk;
    private BlobStore store;
    private long free;

    @BeforeEach
    void open() throws Exception {
        disk = MountedDisk.orSkip(temp, 8);
        store = BlobStore.open(new StorageConfig.Folder(disk.folder(), new StoreLimits(32 * MIB, 5, MIB)));
        small.putInto(store);
        free = disk.freeBytes();
    }

    @AfterEach
    void close() throws Exception {
        if (store != null) {
            store.close();
        }
        if (disk != null) {
            disk.close();
        }
    }

    @Test
    void blobThatDoesNotFitIsRefusedBeforeItsFirstByteIsRead() throws Exception {
        InputStream unread = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("nothing is to be read of what has no room");
            }
        };

        assertThatThrownBy(() -> store.put(large.digest(), large.size(), unread))
                .satisfies(this::saysHowMuchIsMissing);
        assertNothingKept();
    }

    @Test
    void blobWhoseRoomIsTakenMeanwhileIsDropped() throws Exception {
        Blob fits = Blob.random(6 * MIB - MIB / 2);

        assertThatThrownBy(() -> store.put(fits.digest(), fits.size(), fillingTheDisk(fits)))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal()).isInstanceOf(ContentRefusal.DiskFull.class));
        Files.delete(disk.folder().resolve("others"));
        assertNothingKept();
    }

    @Test
    void uploadThatFillsTheDiskEndsAndFreesItsBytes() throws Exception {
        UUID upload = store.uploads().begin();

        assertThatThrownBy(() -> store.uploads().append(upload, 0, large.stream()))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal()).isInstanceOf(ContentRefusal.DiskFull.class));
        assertThatThrownBy(() -> store.uploads().offset(upload))
                .satisfies(Blob.refusedWith(new ContentRefusal.UnknownUpload(upload.toString())));
        assertNothingKept();
    }

    @Test
    void fullDiskIsTold() throws Exception {
        assertThat(store.freeBytes()).hasValue(free - MIB);
        store.check();

        Files.write(disk.folder().resolve("others"), new byte[(int) free]);

        assertThat(store.freeBytes()).hasValue(0);
        assertThatThrownBy(() -> store.check())
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal()).isInstanceOf(ContentRefusal.DiskFull.class));
        assertThatThrownBy(() -> store.put(large.digest(), large.size(), large.stream()))
                .satisfies(Blob.refusedWith(
                        new ContentRefusal.DiskFull(disk.folder().toString(), large.size(), large.size())));
        assertSmallIsReadable();
    }

    private void saysHowMuchIsMissing(Throwable thrown) {
        long missing = large.size() - (free - MIB);
        assertThat(thrown)
                .satisfies(Blob.refusedWith(
                        new ContentRefusal.DiskFull(disk.folder().toString(), large.size(), missing)))
                .hasMessageContaining("no room for 10485760 bytes")
                .hasMessageContaining(missing + " bytes are missing");
    }

    /// The bytes of the blob; before its second half, another program writes a file of what is free then.
    private InputStream fillingTheDisk(Blob blob) {
        return new FilterInputStream(blob.stream()) {
            private int left = blob.size() / 2;

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                if (left <= 0 && Files.notExists(disk.folder().resolve("others"))) {
                    Files.write(disk.folder().resolve("others"), new byte[(int) disk.freeBytes()]);
                }
                int read = super.read(into, offset, length);
                left -= read;
                return read;
            }
        };
    }

    private void assertNothingKept() throws Exception {
        assertThat(disk.freeBytes()).isBetween(free - MIB / 8, free + MIB / 8);
        assertSmallIsReadable();
        Blob.random(MIB).putInto(store);
    }

    private void assertSmallIsReadable() throws IOException {
        try (InputStream bytes =
                store.read(small.digest(), small.size(), Range.WHOLE).orElseThrow()) {
            assertThat(bytes.readAllBytes()).isEqualTo(small.bytes());
        }
    }
}
