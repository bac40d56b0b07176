package dev.unipkg.cli.registry;

import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.settings.LineFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The file of credentials, one line per origin: `origin key <key>` or `origin login <user> <password>`. Only
/// its owner can read it; a file that others can read is not used.
public final class CredentialFile implements Keyring {
    private final Path file;

    public CredentialFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    /// @throws Failure when others may read the file
    @Override
    public Optional<Credential> find(Origin origin) throws IOException {
        for (String line : lines()) {
            String[] words = line.split(" ");
            if (words.length >= 3 && words[0].equals(origin.toString())) {
                return switch (words[1]) {
                    case "key" -> Optional.of(new Credential.Key(words[2]));
                    case "login" -> Optional.of(new Credential.Login(words[2], words.length > 3 ? words[3] : ""));
                    default -> Optional.empty();
                };
            }
        }
        return Optional.empty();
    }

    /// Remembers the credential for this origin instead of any it had.
    public void keep(Origin origin, Credential credential) throws IOException {
        requireHidden();
        String words = switch (credential) {
            case Credential.Key(String key) -> " key " + key;
            case Credential.Login(String user, String password) -> " login " + user + " " + password;
        };
        new LineFile(file).change(lines -> {
            List<String> changed = new ArrayList<>(lines);
            changed.removeIf(line -> line.startsWith(origin + " "));
            changed.add(origin + words);
            return changed;
        });
    }

    /// Removes the credential for this origin.
    ///
    /// @return whether there was one
    public boolean forget(Origin origin) throws IOException {
        if (find(origin).isEmpty()) {
            return false;
        }
        new LineFile(file)
                .change(lines -> lines.stream()
                        .filter(line -> !line.startsWith(origin + " "))
                        .toList());
        return true;
    }

    private List<String> lines() throws IOException {
        requireHidden();
        return new LineFile(file).lines();
    }

    private void requireHidden() throws IOException {
        if (Files.exists(file) && !ownerOnly().containsAll(Files.getPosixFilePermissions(file))) {
            throw Failure.refused(
                            "credentials-exposed",
                            "others may read " + file + " ("
                                    + PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                                    + ", expected rw-------)")
                    .next("chmod 600 " + file + ", and ask for a new key if others were here");
        }
    }

    private static Set<PosixFilePermission> ownerOnly() {
        return PosixFilePermissions.fromString("rw-------");
    }
}
