package dev.unipkg.cli.project;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.elf.ElfFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A folder with one ELF program, whatever it was made from.
final class PlainProgram {

    private PlainProgram() {}

    static Optional<Project> look(ProjectFolder folder) throws IOException {
        for (String file : folder.files("")) {
            Path path = folder.folder().resolve(file);
            if (Files.isExecutable(path) && isProgram(path)) {
                return Optional.of(project(folder, file));
            }
        }
        return Optional.empty();
    }

    private static Project project(ProjectFolder folder, String file) {
        String name = folder.packageName(Optional.of(file));
        SettingsText text = SettingsText.of("a program", name, "1.0.0", Optional.empty())
                .program("/bin/" + name, List.of())
                .comment("Paths in the package, and the files beside this one that go there.")
                .lines("files:\n  /bin/" + name + ": " + SettingsText.quoted(file))
                .port(Optional.empty())
                .memory("128 MiB");
        return new Project("a program", text.toString(), List.of());
    }

    private static boolean isProgram(Path path) throws IOException {
        try {
            return ElfFile.read(path).kind() != ElfFile.Kind.LIBRARY;
        } catch (RefusedException e) {
            return false;
        }
    }
}
