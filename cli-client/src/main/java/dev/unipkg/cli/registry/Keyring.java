package dev.unipkg.cli.registry;

import java.io.IOException;
import java.util.Optional;

/// Credentials by registry origin.
@FunctionalInterface
public interface Keyring {

    /// The credential for exactly this origin.
    Optional<Credential> find(Origin origin) throws IOException;

    /// One credential and nothing else.
    static Keyring of(Origin home, Credential credential) {
        return origin -> origin.equals(home) ? Optional.of(credential) : Optional.empty();
    }
}
