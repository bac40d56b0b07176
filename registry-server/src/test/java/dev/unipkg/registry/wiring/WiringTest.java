package dev.unipkg.registry.wiring;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.storage.StorageConfig;
import dev.unipkg.storage.StoreListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WiringTest {

    @Test
    void aFolderOfBlobsThatCannotBeMadeIsToldWithItsReason(@TempDir Path folder) throws IOException {
        Path blobs = Files.createFile(folder.resolve("data")).resolve("blobs");
        assertThatThrownBy(() -> new Wiring().blobStore(new StorageConfig.Folder(blobs), StoreListener.SILENT))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("the folder %s cannot be made or written (", blobs)
                .hasMessageEndingWith("choose another data folder with --data or unipkg.data");
    }
}
