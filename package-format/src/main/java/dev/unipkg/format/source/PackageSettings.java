package dev.unipkg.format.source;

import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.format.oci.Execution;
import dev.unipkg.format.oci.UnikernelSettings;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// The settings of a package, from a file `unipkg.yaml`. The published part names only paths of the guest, never the
/// origin of files.
///
/// @param name may come from the command line
/// @param version may come from the command line
/// @param about description, licenses, source and documentation under their [Annotations]
/// @param readme a Markdown file beside the settings
/// @param execution how the program is started; its first word is the program
/// @param unikernel what it needs of its kernel and machine
/// @param contents the files
/// @param lines the line of each setting in the file
public record PackageSettings(
        Optional<PackageName> name,
        Optional<Version> version,
        SortedMap<String, String> about,
        Optional<String> readme,
        Execution execution,
        UnikernelSettings unikernel,
        Contents contents,
        SettingLines lines) {

    /// The name of the settings file.
    public static final String FILE_NAME = "unipkg.yaml";

    public PackageSettings {
        about = Collections.unmodifiableSortedMap(new TreeMap<>(about));
    }

    /// Reads the file.
    ///
    /// @throws RefusedException with a [dev.unipkg.format.DocumentRefusal] that names the file and the line
    public static PackageSettings read(byte[] yaml) throws RefusedException {
        return read(FILE_NAME, yaml);
    }

    /// Reads the file.
    ///
    /// @param file the file as the person named it
    /// @throws RefusedException with a [dev.unipkg.format.DocumentRefusal] that names the file and the line
    public static PackageSettings read(String file, byte[] yaml) throws RefusedException {
        try {
            return new SettingsReader(file, yaml).read();
        } catch (RefusedException e) {
            throw new SettingLines(file, Map.of()).locate(e);
        }
    }

    /// The settings of a package that is a program and nothing else.
    ///
    /// @param program absolute
    public static PackageSettings of(PackageName name, Version version, String program) {
        return of(name, version, program, program);
    }

    /// The settings of a package that is a program and nothing else.
    ///
    /// @param program where it is in the package, absolute
    /// @param from where the root has it, absolute
    static PackageSettings of(PackageName name, Version version, String program, String from) {
        LinkedHashMap<String, FileRule> files = new LinkedHashMap<>();
        if (!from.equals(program)) {
            files.put(program, new FileRule(new FileRule.Origin.InRoot(from, Set.of()), Optional.empty(), false));
        }
        Execution execution =
                new Execution(List.of(program), List.of(), new TreeMap<>(), "", new TreeSet<>(), new TreeSet<>());
        return new PackageSettings(
                Optional.of(name),
                Optional.of(version),
                new TreeMap<>(),
                Optional.empty(),
                execution,
                UnikernelSettings.NONE,
                new Contents(files, List.of(), List.of()),
                SettingLines.NONE);
    }

    /// The same under another name and version.
    public PackageSettings as(PackageName otherName, Version otherVersion) {
        return new PackageSettings(
                Optional.of(otherName),
                Optional.of(otherVersion),
                about,
                readme,
                execution,
                unikernel,
                contents,
                lines);
    }

    /// The same with the text of its readme among what is said about it.
    PackageSettings withReadme(String markdown) {
        SortedMap<String, String> more = new TreeMap<>(about);
        more.put(Annotations.README, markdown);
        return new PackageSettings(name, version, more, readme, execution, unikernel, contents, lines);
    }

    /// The program, absolute.
    public String program() {
        return execution.program();
    }

    /// Which files a package holds beside its program and the libraries that program needs.
    public static final class Contents {

        private final SequencedMap<String, FileRule> files;
        private final List<String> directories;
        private final List<String> libraries;

        /// @param files by their absolute path in the package
        /// @param directories empty directories to make, absolute
        /// @param libraries that the program loads at run time, by name
        Contents(Map<String, FileRule> files, List<String> directories, List<String> libraries) {
            this.files = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(files));
            this.directories = List.copyOf(directories);
            this.libraries = List.copyOf(libraries);
        }

        SequencedMap<String, FileRule> files() {
            return files;
        }

        List<String> directories() {
            return directories;
        }

        List<String> libraries() {
            return libraries;
        }
    }
}
