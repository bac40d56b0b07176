package dev.unipkg.cli.transfer;

import dev.unipkg.api.PullNumber;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.registry.Registry;
import dev.unipkg.cli.shelf.Shelf;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.oci.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/// The count of one pull. Its random number is on the shelf from when the registry says that it counts until the pull
/// is complete, so that a pull that is killed and begun again counts once. It is for one pull from one registry: a
/// number that came to another, or again later, would tell that the same machine asks. Registries that do not count
/// never get one.
///
/// @param build the digest of the manifest that is pulled
record PullCount(Registry registry, Shelf shelf, PackageName repository, Digest build) {

    /// Draws the number of the pull, unless it has one.
    void begin() throws IOException {
        Path file = file();
        if (!Files.exists(file)) {
            Files.writeString(
                    file, PullNumber.draw(LocalDate.now(ZoneOffset.UTC)).toString());
        }
    }

    /// Tells the registry that the pull is complete, where it counts and was not told yet. A pull whose count cannot be
    /// told is complete all the same, and stays uncounted.
    ///
    /// @param counted the blob whose last byte completes it
    void complete(Descriptor counted) throws IOException {
        Path file = file();
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException e) {
            return;
        }
        PullNumber number = PullNumber.find(text).orElseGet(() -> PullNumber.draw(LocalDate.now(ZoneOffset.UTC)));
        if (!text.equals(number.toString())) {
            // A killed pkg has left the file empty.
            Files.writeString(file, number.toString());
        }
        try {
            registry.completePull(repository, counted, number, build);
        } catch (IOException | Failure _) {
            // The registry may have counted all the same, and would know the number again.
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private Path file() {
        return shelf.pull(registry.origin().toString(), build);
    }
}
