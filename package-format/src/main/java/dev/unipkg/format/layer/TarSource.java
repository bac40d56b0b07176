package dev.unipkg.format.layer;

import dev.unipkg.format.Digest;
import dev.unipkg.format.tree.Content;
import java.io.IOException;
import java.util.Optional;

/// The source of a tar's bytes.
sealed interface TarSource permits StreamSource, FileSource {

    /// Reads exactly `length` bytes to the beginning of `into`.
    ///
    /// @throws dev.unipkg.format.RefusedException when the archive ends before
    void read(byte[] into, int length) throws IOException;

    /// Goes past the content of a file.
    Passed pass(long size) throws IOException;

    /// Whether nothing follows.
    boolean atEnd() throws IOException;

    /// A content that was passed.
    ///
    /// @param sha256 where it was computed
    record Passed(Content content, Optional<Digest> sha256) {}
}
