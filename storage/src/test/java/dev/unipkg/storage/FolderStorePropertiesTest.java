package dev.unipkg.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

class FolderStorePropertiesTest extends StoreProperties {

    private static Path root = Path.of("");

    @BeforeContainer
    static void make() throws IOException {
        root = Files.createTempDirectory("properties");
    }

    @AfterContainer
    static void remove() throws IOException {
        Folders.delete(root);
    }

    @Override
    BlobStore open() throws IOException {
        return BlobStore.open(new StorageConfig.Folder(root));
    }
}
