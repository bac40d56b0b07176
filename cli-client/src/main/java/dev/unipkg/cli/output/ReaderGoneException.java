package dev.unipkg.cli.output;

import java.io.IOException;

/// The reader of stdout closed it, as `head` does when it has enough.
public final class ReaderGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    ReaderGoneException() {
        super("its reader is gone");
    }
}
