package dev.unipkg.cli.registry;

import java.io.IOException;
import java.util.Optional;

/// Credentials by registry origin.
@FunctionalInterface
public interface Keyring {

    /// The credential for exactly this origin.
    Optional<Credential> find(Origin origin) throws IOException;

    /// This one's credential, else the other's.
    default Keyring orElse(Keyring other) {
        return origin -> {
            Optional<Credential> own = find(origin);
            return own.isPresent() ? own : other.find(origin);
        };
    }

    /// One credential and nothing else.
    static Keyring of(Origin home, Credential credential) {
        return origin -> origin.equals(home) ? Optional.of(credential) : Optional.empty();
    }
}
