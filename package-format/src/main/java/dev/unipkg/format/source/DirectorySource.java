package dev.unipkg.format.source;

import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// A folder with a settings file, and what that file names beside it and in a root.
///
/// @param folder that holds [PackageSettings#FILE_NAME]
/// @param root the folder that is `/` for the program: what the folder does not bring itself is taken from there
public record DirectorySource(Path folder, Path root) {

    /// The settings file, read.
    ///
    /// @throws NoSuchFileException when there is none
    public PackageSettings settings() throws IOException {
        Path file = folder.resolve(PackageSettings.FILE_NAME);
        try (InputStream in = Files.newInputStream(file)) {
            return PackageSettings.read(file.toString(), in.readNBytes(YamlReader.MAX_BYTES + 1));
        }
    }

    /// Reads the settings and finds everything they name.
    ///
    /// @param name in place of the settings' own
    /// @param version in place of the settings' own
    /// @throws RefusedException when the settings are wrong, or something they name is missing or unfit
    public BuildPlan plan(Optional<PackageName> name, Optional<Version> version) throws IOException {
        PackageSettings settings = settings();
        PackageSettings named = settings.as(
                required(settings, "name", name.or(settings::name)),
                required(settings, "version", version.or(settings::version)));
        return new Gathering(named, Optional.of(folder), root).plan();
    }

    private static <T> T required(PackageSettings settings, String key, Optional<T> value) throws RefusedException {
        if (value.isEmpty()) {
            throw settings.lines().locate(new DocumentRefusal.MissingField(key).asException());
        }
        return value.get();
    }
}
