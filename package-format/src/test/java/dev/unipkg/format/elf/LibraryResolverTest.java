package dev.unipkg.format.elf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.format.Arch;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.elf.LibraryClosure.Library;
import dev.unipkg.format.elf.LibraryClosure.Missing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryResolverTest {

    private static final String LINKER = "/lib64/ld-linux-x86-64.so.2";
    private static final String LIBS = "/usr/lib/x86_64-linux-gnu";

    @TempDir
    Path root;

    private TinyElf program() {
        return TinyElf.program(Arch.X86_64, LINKER);
    }

    private static TinyElf library() {
        return TinyElf.library(Arch.X86_64);
    }

    private LibraryClosure closure(String path, String... atRunTime) throws IOException {
        return new LibraryResolver(root, List.of()).closure(path, List.of(atRunTime));
    }

    private void linkerAndLibc() {
        library().soname("ld-linux-x86-64.so.2").at(root, LINKER);
        library().soname("libc.so.6").needs("ld-linux-x86-64.so.2").at(root, LIBS + "/libc.so.6");
    }

    @Test
    void findsTheLinkerAndEveryLibraryOnceInTheOrderOfLoading() throws IOException {
        linkerAndLibc();
        library().soname("liba.so.1").needs("libb.so.2", "libc.so.6").at(root, LIBS + "/liba.so.1");
        library().soname("libb.so.2").needs("libc.so.6", "liba.so.1").at(root, LIBS + "/libb.so.2");
        program().needs("liba.so.1", "libc.so.6").at(root, "/usr/bin/app");

        LibraryClosure closure = closure("/usr/bin/app");

        assertThat(closure.libraries())
                .extracting(Library::path)
                .containsExactly(LINKER, LIBS + "/liba.so.1", LIBS + "/libc.so.6", LIBS + "/libb.so.2");
        assertThat(closure.missing()).isEmpty();
    }

    @Test
    void namesWhatIsMissingWhoNeedsItAndWhereItLooked() throws IOException {
        linkerAndLibc();
        program().needs("libgone.so.3", "libc.so.6").at(root, "/app");

        assertThat(closure("/app").missing())
                .containsExactly(new Missing(
                        "libgone.so.3", "/app", List.of("/lib/x86_64-linux-gnu", LIBS, "/lib", "/usr/lib")));
        assertThat(closure("/app").missing().getFirst())
                .hasToString(
                        "libgone.so.3 (needed by /app; looked in /lib/x86_64-linux-gnu, " + LIBS + ", /lib, /usr/lib)");
    }

    @Test
    void aRunpathWinsOverTheSystemButServesItsOwnerOnly() throws IOException {
        linkerAndLibc();
        library().soname("liba.so.1").needs("libdeep.so").at(root, "/opt/app/lib/liba.so.1");
        library().soname("libdeep.so").at(root, "/opt/app/lib/libdeep.so");
        library().soname("liba.so.1").at(root, LIBS + "/liba.so.1");
        program().needs("liba.so.1").runpath("$ORIGIN/../lib").at(root, "/opt/app/bin/app");

        LibraryClosure closure = closure("/opt/app/bin/app");

        assertThat(closure.libraries()).extracting(Library::path).contains("/opt/app/lib/liba.so.1");
        assertThat(closure.missing()).extracting(Missing::name).containsExactly("libdeep.so");
    }

    @Test
    void anRpathServesTheLibrariesBelowToo() throws IOException {
        linkerAndLibc();
        library().soname("liba.so.1").needs("libdeep.so").at(root, "/opt/app/lib/liba.so.1");
        library().soname("libdeep.so").at(root, "/opt/app/lib/libdeep.so");
        program().needs("liba.so.1").rpath("${ORIGIN}/../lib").at(root, "/opt/app/bin/app");

        assertThat(closure("/opt/app/bin/app").missing()).isEmpty();
    }

    @Test
    void moreLibrariesThanAreFollowedAreRefused() throws IOException {
        // One file names 1024 libraries at most.
        for (int group = 0; group < 5; group++) {
            String prefix = "lib" + group + "-";
            String[] names =
                    IntStream.range(0, 900).mapToObj(i -> prefix + i + ".so").toArray(String[]::new);
            library().needs(names).at(root, "/lib/group" + group + ".so");
            for (String name : names) {
                library().at(root, "/lib/" + name);
            }
        }
        library().at(root, LINKER);
        program()
                .needs("group0.so", "group1.so", "group2.so", "group3.so", "group4.so")
                .at(root, "/app");

        assertThatThrownBy(() -> closure("/app"))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal())
                                .isEqualTo(new ProgramRefusal.TooManyLibraries("/lib/group4.so", 4096)));
    }

    @Test
    void theConfigurationIsReadInsideTheRootEachFileOnceAndWhateverItsPatterns() throws IOException {
        Path outside = Files.createDirectory(root.resolve("outside"));
        root = Files.createDirectory(root.resolve("inside"));
        Files.createDirectories(root.resolve("etc/included"));
        Files.writeString(root.resolve("etc/included/a.conf"), "/opt/a\n");
        Files.writeString(outside.resolve("host.conf"), "/host\n");
        Files.createSymbolicLink(root.resolve("etc/absolute"), Path.of("/etc/included"));
        Files.createSymbolicLink(root.resolve("etc/host"), outside);
        Files.writeString(root.resolve("etc/ld.so.conf"), """
                include /etc/included/[
                include /etc/absolute/*.conf
                include /etc/host/*.conf
                include /../outside/*.conf
                include loop*
                """);
        for (int i = 0; i < 40; i++) {
            Files.writeString(root.resolve("etc/loop" + i), "include loop*\n/opt/loop\n");
        }

        assertThat(SearchPath.of(root, Arch.X86_64, LINKER).configured()).containsExactly("/opt/a", "/opt/loop");
    }

    @Test
    void whetherARootHasDirectoriesByProcessorIsSeenInTheRoot() throws IOException {
        Path outside = root.resolve("outside");
        Files.createDirectories(outside.resolve("x86_64-linux-gnu"));
        Path inside = root.resolve("inside");
        Files.createSymbolicLink(Files.createDirectories(inside.resolve("usr")).resolve("lib"), outside);

        assertThat(SearchPath.of(inside, Arch.X86_64, LINKER).builtIn())
                .containsExactly("/lib64", "/usr/lib64", "/lib", "/usr/lib");
    }

    @Test
    void moreConfigurationFilesThanAnyoneHasAreRefused() throws IOException {
        Files.createDirectories(root.resolve("etc/d"));
        Files.writeString(root.resolve("etc/ld.so.conf"), "include d/*\n");
        for (int i = 0; i < 256; i++) {
            Files.writeString(root.resolve("etc/d/" + i), "/opt/a\n");
        }

        assertThatThrownBy(() -> SearchPath.of(root, Arch.X86_64, LINKER)).hasMessageContaining("more than 256 files");
    }

    @Test
    void aConfiguredDirectoryIsSearchedAndItsLibrariesPlacedWhereNoCacheIsNeeded() throws IOException {
        linkerAndLibc();
        Files.createDirectories(root.resolve("etc/ld.so.conf.d"));
        Files.writeString(root.resolve("etc/ld.so.conf"), "include /etc/ld.so.conf.d/*.conf\n");
        Files.writeString(root.resolve("etc/ld.so.conf.d/app.conf"), "# the app's\n/opt/libs # here\n");
        library().soname("libx.so.1").at(root, "/opt/libs/libx.so.1");
        program().needs("libx.so.1").at(root, "/app");

        assertThat(closure("/app").libraries())
                .contains(new Library(
                        "libx.so.1", "/lib/x86_64-linux-gnu/libx.so.1", root.resolve("opt/libs/libx.so.1")));
    }

    @Test
    void linksAreFollowedInsideTheRootAndLoopsAreNotFound() throws IOException {
        linkerAndLibc();
        library().soname("libx.so.1").at(root, LIBS + "/libx.so.1.2.3");
        Files.createSymbolicLink(
                root.resolve("usr/lib/x86_64-linux-gnu/libx.so.1"), Path.of("/usr/lib/x86_64-linux-gnu/libx.so.1.2.3"));
        Files.createSymbolicLink(root.resolve("usr/lib/x86_64-linux-gnu/libloop.so"), Path.of("libloop.so"));
        Files.createSymbolicLink(
                root.resolve("usr/lib/x86_64-linux-gnu/libout.so"), Path.of("../../../../../../etc/passwd"));
        program().needs("libx.so.1", "libloop.so", "libout.so").at(root, "/app");

        LibraryClosure closure = closure("/app");

        assertThat(closure.libraries())
                .contains(new Library(
                        "libx.so.1", LIBS + "/libx.so.1", root.resolve("usr/lib/x86_64-linux-gnu/libx.so.1.2.3")));
        assertThat(closure.missing()).extracting(Missing::name).containsExactly("libloop.so", "libout.so");
    }

    @Test
    void aLibraryForAnotherProcessorIsPassedOver() throws IOException {
        linkerAndLibc();
        TinyElf.library(Arch.ARM64).soname("libx.so.1").at(root, "/lib/x86_64-linux-gnu/libx.so.1");
        library().soname("libx.so.1").at(root, "/usr/lib/libx.so.1");
        program().needs("libx.so.1").at(root, "/app");

        assertThat(closure("/app").libraries()).extracting(Library::path).contains("/usr/lib/libx.so.1");
    }

    @Test
    void whatGlibcLoadsByItselfComesAlongWhereItExists() throws IOException {
        linkerAndLibc();
        library().soname("libnss_dns.so.2").needs("libresolv.so.2").at(root, LIBS + "/libnss_dns.so.2");
        library().soname("libresolv.so.2").at(root, LIBS + "/libresolv.so.2");
        program().needs("libc.so.6").at(root, "/app");

        LibraryClosure closure = closure("/app", "libplugin.so");

        assertThat(closure.libraries()).extracting(Library::name).contains("libnss_dns.so.2", "libresolv.so.2");
        assertThat(closure.missing()).extracting(Missing::name).containsExactly("libplugin.so");
    }

    @Test
    void muslFindsItsLibrariesByItsPathFile() throws IOException {
        library().at(root, "/lib/ld-musl-x86_64.so.1");
        library().soname("libz.so.1").at(root, "/opt/lib/libz.so.1");
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/ld-musl-x86_64.path"), "/lib:/opt/lib\n");
        TinyElf.program(Arch.X86_64, "/lib/ld-musl-x86_64.so.1")
                .needs("libz.so.1", "libc.musl-x86_64.so.1")
                .at(root, "/app");

        LibraryClosure closure = closure("/app");

        assertThat(closure.missing()).isEmpty();
        assertThat(closure.libraries())
                .extracting(Library::path)
                .containsExactly("/lib/ld-musl-x86_64.so.1", "/lib/libz.so.1");
    }

    /// The programs of this machine come from its distribution, so running their own linker's listing on
    /// them is safe here, and is the truth to compare with.
    @Test
    void agreesWithTheDynamicLinkerOnTheProgramsOfThisMachine() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/ldd")), "needs ldd of Debian's libc-bin");
        int compared = 0;
        try (Stream<Path> programs = Files.list(Path.of("/usr/bin")).sorted().limit(400)) {
            for (Path program : programs.toList()) {
                if (compared >= 40 || !Files.isRegularFile(program) || !isDynamicProgram(program)) {
                    continue;
                }
                assertThat(resolved(program)).as(program.toString()).isEqualTo(listedByLinker(program));
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(5);
    }

    private static boolean isDynamicProgram(Path program) throws IOException {
        try {
            return ElfFile.read(program).kind() == ElfFile.Kind.DYNAMIC;
        } catch (IOException notElf) {
            return false;
        }
    }

    private static Map<String, Path> resolved(Path program) throws IOException {
        Map<String, Path> resolved = new TreeMap<>();
        LibraryResolver resolver = new LibraryResolver(Path.of("/"), List.of());
        for (Library library : resolver.closure(program.toString(), List.of()).libraries()) {
            if (!library.name().startsWith("/") && !library.name().matches("lib(nss_.*|resolv|gcc_s)\\.so\\..*")) {
                resolved.put(library.name(), library.file().toRealPath());
            }
        }
        return resolved;
    }

    private static Map<String, Path> listedByLinker(Path program) throws Exception {
        Process ldd = new ProcessBuilder("ldd", program.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(ldd.getInputStream().readAllBytes(), UTF_8);
        ldd.waitFor();
        Map<String, Path> listed = new TreeMap<>();
        Matcher line =
                Pattern.compile("^\\s+(\\S+) => (/\\S+) ", Pattern.MULTILINE).matcher(output);
        while (line.find()) {
            if (!line.group(1).startsWith("/") && !line.group(1).matches("lib(nss_.*|resolv|gcc_s)\\.so\\..*")) {
                listed.put(line.group(1), Path.of(line.group(2)).toRealPath());
            }
        }
        return listed;
    }
}
