package dev.unipkg.cli.command.image;

import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.format.Refusal;
import dev.unipkg.format.json.Json;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;

/// The result of extracting an image.
///
/// @param folder where it is
/// @param skipped the paths that a folder cannot hold
record Extracted(Path folder, List<String> skipped) {

    /// Copies, and gives the paths of what was left out.
    @FunctionalInterface
    interface Copying {
        List<String> copy() throws IOException;
    }

    static Extracted into(Path folder, Copying copying) throws IOException {
        try {
            return new Extracted(folder, copying.copy());
        } catch (FileAlreadyExistsException e) {
            throw Failure.failed(e.getFile() + " is there already, and nothing is overwritten")
                    .next("extract into a folder that is empty or not there")
                    .causedBy(e);
        }
    }

    void print(Session session) {
        skipped.forEach(path -> session.messages().say("left out, as no folder can hold it: " + Refusal.quoted(path)));
        session.out()
                .print(
                        Json.object()
                                .put("folder", folder.toString())
                                .put("skipped", Json.texts(skipped))
                                .build(),
                        folder.toString());
    }
}
