package dev.unipkg.format.source;

import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.Annotations;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// A folder with a settings file, and what that file names beside it and in a root.
///
/// @param folder that holds [PackageSettings#FILE_NAME]
/// @param root the folder that is `/` for the program: what the folder does not bring itself is taken from there
public record DirectorySource(Path folder, Path root) {

    private static final int MAX_README_BYTES = Annotations.MAX_README_LENGTH;

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
        PackageSettings settings = withReadme(settings());
        PackageSettings named = settings.as(
                required(settings, "name", name.or(settings::name)),
                required(settings, "version", version.or(settings::version)));
        return new Gathering(named, Optional.of(folder), root).plan();
    }

    private PackageSettings withReadme(PackageSettings settings) throws IOException {
        if (settings.readme().isEmpty()) {
            return settings;
        }
        String name = settings.readme().get();
        try (InputStream in = Files.newInputStream(folder.resolve(name))) {
            byte[] bytes = in.readNBytes(MAX_README_BYTES + 1);
            if (bytes.length > MAX_README_BYTES) {
                throw invalid(settings, name, "a file of at most " + MAX_README_BYTES + " bytes");
            }
            return settings.withReadme(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (NoSuchFileException e) {
            throw invalid(settings, name, "a file that is there");
        } catch (RefusedException e) {
            throw e;
        } catch (CharacterCodingException e) {
            throw invalid(settings, name, "a text in UTF-8");
        } catch (IOException e) {
            throw invalid(settings, name, "a file that can be read");
        }
    }

    private static RefusedException invalid(PackageSettings settings, String name, String rule) {
        return settings.lines().locate(new DocumentRefusal.InvalidValue("readme", name, rule).asException());
    }

    private static <T> T required(PackageSettings settings, String key, Optional<T> value) throws RefusedException {
        if (value.isEmpty()) {
            throw settings.lines().locate(new DocumentRefusal.MissingField(key).asException());
        }
        return value.get();
    }
}
