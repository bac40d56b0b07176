package dev.unipkg.cli.shelf;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The owner of a file. What another user put on a shelf may be a trap for the user whom this pkg runs as.
public final class Owner {
    /// Empty on a system that does not say.
    private static final Optional<Object> NUMBER = number();

    private Owner() {}

    /// The user who owns the file, if that is not the one whom this pkg runs as. A link is looked at itself.
    public static Optional<String> other(Path path) throws IOException {
        // The numbers first: a user's name is looked up in the system's databases.
        boolean own = NUMBER.isEmpty() || NUMBER.get().equals(Files.getAttribute(path, "unix:uid", NOFOLLOW_LINKS));
        return own
                ? Optional.empty()
                : Optional.of(Files.getOwner(path, NOFOLLOW_LINKS).getName());
    }

    private static Optional<Object> number() {
        try {
            return Optional.of(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
