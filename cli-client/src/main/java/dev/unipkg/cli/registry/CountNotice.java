package dev.unipkg.cli.registry;

import java.io.IOException;

/// Is told that the registry counts a download of this blob, before any of its bytes are read.
@FunctionalInterface
public interface CountNotice {
    void counts() throws IOException;
}
