package dev.unipkg.registry.wiring;

import java.io.IOException;
import java.nio.file.Path;

/// Another server runs on the folder.
final class FolderInUseException extends IOException {

    private static final long serialVersionUID = 1L;

    /// @param folder of the database, within that of the server
    FolderInUseException(Path folder) {
        super("another unipkg server is running on " + folder.resolveSibling("")
                + "; stop it, or give this one another folder with unipkg.data");
    }
}
