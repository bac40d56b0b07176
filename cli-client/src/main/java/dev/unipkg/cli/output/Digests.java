package dev.unipkg.cli.output;

import dev.unipkg.format.Digest;

/// Digests for people.
public final class Digests {
    private static final int SHOWN = 12;

    private Digests() {}

    /// The first 12 hexadecimal digits: enough to tell the digests of a list apart.
    public static String shown(Digest digest) {
        return digest.hex().substring(0, SHOWN);
    }
}
