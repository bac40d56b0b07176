package dev.unipkg.cli.compose;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// An image on the shelf, as a list shows it.
///
/// @param name of its package
/// @param kernel its family and release
/// @param used when it was last asked for
/// @param valid whether it counts; one from before the host's start does not, nor one that is damaged
public record KeptImage(Path folder, String name, String version, String kernel, Instant used, boolean valid) {

    /// All images below `images`, and what killed commands left there.
    public static List<KeptImage> all(Path images) throws IOException {
        List<KeptImage> all = new ArrayList<>();
        if (!Files.isDirectory(images)) {
            return all;
        }
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(images, Files::isDirectory)) {
            for (Path folder : folders) {
                all.add(of(folder));
            }
        }
        return all;
    }

    private static KeptImage of(Path folder) throws IOException {
        Path about = folder.resolve(ImageFolder.ABOUT);
        try {
            Fields fields = Json.parseObject(Files.readAllBytes(about), JsonLimits.DEFAULT);
            Fields inputs = fields.fields("inputs");
            return new KeptImage(
                    folder,
                    inputs.text("name"),
                    inputs.text("version"),
                    inputs.text("kernel"),
                    Files.getLastModifiedTime(about).toInstant(),
                    ImageFolder.isOfThisBoot(fields));
        } catch (NoSuchFileException | RefusedException e) {
            return new KeptImage(folder, "", "", "", Instant.EPOCH, false);
        }
    }

    /// Deletes the folder of an image.
    public static void delete(Path folder) throws IOException {
        ImageFolder.delete(folder);
    }
}
