package dev.unipkg.kernels.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.RefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFileTest {

    @TempDir
    Path temp;

    @Test
    void theTargetHasItsSizeAndHolesWhereNothingWasWritten() throws IOException {
        Path target = Files.writeString(temp.resolve("image"), "what was there");
        ImageFile.write(target, 10, file -> file.write(ByteBuffer.wrap(new byte[] {1, 2}), 4));
        assertThat(Files.readAllBytes(target)).isEqualTo(new byte[] {0, 0, 0, 0, 1, 2, 0, 0, 0, 0});
        assertThat(filesIn(temp)).isEqualTo(List.of("image"));
    }

    @Test
    void aWriterThatFailsLeavesWhatWasThere() throws IOException {
        Path target = Files.writeString(temp.resolve("image"), "what was there");
        assertThatThrownBy(() -> ImageFile.write(target, 10, file -> {
                    file.write(ByteBuffer.wrap(new byte[] {1, 2}), 4);
                    throw new IOException("a source went away");
                }))
                .hasMessage("a source went away");
        assertThat(Files.readString(target)).isEqualTo("what was there");
        assertThat(filesIn(temp)).isEqualTo(List.of("image"));
    }

    @Test
    void aFullDiskIsSaidInASentenceAndLeavesNothing() throws Exception {
        try (SmallDisk disk = SmallDisk.orSkip(temp)) {
            Path target = disk.folder().resolve("image");
            assertThatThrownBy(() -> ImageFile.write(target, 4 << 20, file -> {
                        ByteBuffer bytes = ByteBuffer.allocate(4 << 20);
                        while (bytes.hasRemaining()) {
                            file.write(bytes, bytes.position());
                        }
                    }))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            e -> assertThat(e.refusal())
                                    .isEqualTo(new ContentRefusal.DiskFull(
                                            disk.folder().toString(), 4 << 20)));
            assertThat(filesIn(disk.folder())).isEmpty();
        }
    }

    private static List<String> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
