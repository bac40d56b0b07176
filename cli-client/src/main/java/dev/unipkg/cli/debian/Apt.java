package dev.unipkg.cli.debian;

import dev.unipkg.cli.output.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// apt with package lists and a cache of its own in one folder, so that it needs neither root nor a lock. It reads the
/// machine's own `/etc/apt`: the same sources, and their signatures checked by the same keys.
///
/// @param folder that holds the state; the caller removes it
/// @param arch in Debian's word, as in `amd64`
record Apt(Path folder, String arch) {

    private static final String GET = "apt-get";
    private static final String CACHE = "apt-cache";
    private static final String DPKG_DEB = "dpkg-deb";

    /// Requires the programs that all of this is done with.
    ///
    /// @param searchPath the folders that programs are looked for in, as in `PATH`
    static void require(String searchPath) {
        for (String program : List.of(GET, CACHE, DPKG_DEB)) {
            boolean there = Stream.of(searchPath.split(":"))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder).resolve(program)));
            if (!there) {
                throw Failure.failed("%s is not on this machine; --from-debian needs Debian or another system with apt"
                                .formatted(program))
                        .next("elsewhere, unpack Debian's linux-image-cloud-amd64 (the image that it depends on) and"
                                + " busybox-static into one folder, and name that folder");
            }
        }
    }

    /// Downloads the lists of the packages that there are.
    void update() throws IOException {
        Files.createDirectories(state().resolve("lists").resolve("partial"));
        Files.createDirectories(folder.resolve("cache/archives/partial"));
        // An empty one: the packages of this machine do not count.
        Files.createFile(status());
        program(GET, "-q", "update").run(folder);
    }

    /// The names of the packages that the newest version of a package depends on; none when the lists do not know it.
    List<String> dependencies(String name) throws IOException {
        ProgramRun.Result shown = program(CACHE, "depends", name).tryRun(folder);
        return shown.exit() != 0
                ? List.of()
                : shown.text()
                        .lines()
                        .map(String::strip)
                        .filter(line -> line.startsWith("Depends: "))
                        .map(line -> line.substring("Depends: ".length()))
                        .toList();
    }

    /// Downloads packages, verified by the checksums of the signed lists, and unpacks them over each other.
    ///
    /// @return the folder with their files
    Path unpacked(List<String> names) throws IOException {
        Path archives = Files.createDirectories(folder.resolve("archives"));
        List<String> download = new ArrayList<>(List.of("-q", "download"));
        download.addAll(names);
        program(GET, download.toArray(String[]::new)).run(archives);
        Path files = Files.createDirectories(folder.resolve("files"));
        try (var debs = Files.newDirectoryStream(archives, "*.deb")) {
            for (Path deb : debs) {
                new ProgramRun(List.of(DPKG_DEB, "-x", deb.toString(), files.toString())).run(folder);
            }
        }
        return files;
    }

    private ProgramRun program(String program, String... arguments) {
        List<String> words = new ArrayList<>(List.of(program));
        for (String option : List.of(
                "Dir::State=" + state(),
                "Dir::State::status=" + status(),
                "Dir::Cache=" + folder.resolve("cache"),
                "APT::Architecture=" + arch,
                "APT::Architectures::=" + arch,
                "Acquire::Languages=none",
                "APT::Sandbox::User=root")) {
            words.add("-o");
            words.add(option);
        }
        words.addAll(List.of(arguments));
        return new ProgramRun(words);
    }

    private Path state() {
        return folder.resolve("state");
    }

    private Path status() {
        return state().resolve("status");
    }
}
