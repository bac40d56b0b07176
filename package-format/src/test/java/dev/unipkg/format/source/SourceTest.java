package dev.unipkg.format.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.Arch;
import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.Refusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.elf.TinyElf;
import dev.unipkg.format.layer.Limits;
import dev.unipkg.format.layer.WrittenLayer;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.oci.Index;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceTest {

    private static final String LINKER = "/lib64/ld-linux-x86-64.so.2";
    private static final String LIBS = "/usr/lib/x86_64-linux-gnu";
    private static final PackageName NAME = PackageName.parse("acme/app");
    private static final Version VERSION = new Version("1.0");

    @TempDir
    Path root;

    @TempDir
    Path folder;

    @BeforeEach
    void aRootWithAProgramAndItsLibraries() {
        library().soname("ld-linux-x86-64.so.2").at(root, LINKER);
        library().soname("libc.so.6").at(root, LIBS + "/libc.so.6");
        library().soname("libssl.so.3").needs("libc.so.6").at(root, LIBS + "/libssl.so.3");
        program().needs("libc.so.6").at(root, "/usr/bin/app");
    }

    @Test
    void aProgramTakesItsLibrariesAlong() throws IOException {
        BuildPlan plan = new ElfSource(root, "/usr/bin/app").plan(NAME, VERSION);
        assertThat(plan.arch()).isEqualTo(Arch.X86_64);
        assertThat(paths(plan, LayerKind.RUNTIME)).containsExactly("usr", "usr/bin", "usr/bin/app");
        assertThat(paths(plan, LayerKind.LIBS))
                .contains("lib64/ld-linux-x86-64.so.2", "usr/lib/x86_64-linux-gnu/libc.so.6")
                .doesNotContain("usr/lib/x86_64-linux-gnu/libssl.so.3");
        assertThat(plan.layers()).doesNotContainKey(LayerKind.CONFIG);
    }

    @Test
    void aProgramFromAPlaceOfItsOwnerGoesToBin() throws IOException {
        program().at(root, "/home/me/app/serve");
        program().at(root, "/srv/serve");
        BuildPlan plan = new ElfSource(root, "/home/me/app/serve").plan(NAME, VERSION);

        assertThat(plan.settings().program()).isEqualTo("/bin/serve");
        assertThat(paths(plan, LayerKind.RUNTIME)).containsExactly("bin", "bin/serve");
        BuildPlan other = new ElfSource(root, "/srv/serve").plan(NAME, VERSION);
        assertThat(Builder.build(other, new MemorySink()).descriptor())
                .as("where it was does not count")
                .isEqualTo(Builder.build(plan, new MemorySink()).descriptor());
    }

    @Test
    void aProgramThatLooksForLibrariesAroundItKeepsItsPlace() throws IOException {
        program().needs("libown.so").runpath("$ORIGIN/../lib").at(root, "/home/me/app/bin/serve");
        TinyElf.library(Arch.X86_64).at(root, "/home/me/app/lib/libown.so");
        BuildPlan plan = new ElfSource(root, "/home/me/app/bin/serve").plan(NAME, VERSION);

        assertThat(plan.settings().program()).isEqualTo("/home/me/app/bin/serve");
        assertThat(plan.tree().find("home/me/app/lib/libown.so")).isPresent();
    }

    @Test
    void readmeIsKeptOnceOnTheIndex() throws IOException {
        write(folder, "README.md", "# App\n\nServes *pages*.\n");
        settings("readme: README.md\n");
        BuildPlan plan = plan();
        Built built = Builder.build(plan, new MemorySink());

        assertThat(Builder.index(plan, List.of(built)).annotations())
                .containsEntry(Annotations.README, "# App\n\nServes *pages*.\n");
        assertThat(built.manifest().annotations()).doesNotContainKey(Annotations.README);
    }

    @Test
    void readmeThatCannotBeShownIsRefused() throws IOException {
        write(folder, "long.md", "x".repeat(Annotations.MAX_README_LENGTH + 1));
        Files.write(folder.resolve("binary.md"), new byte[] {(byte) 0xff, 0});
        Files.createDirectory(folder.resolve("docs"));
        List<List<String>> wrong = List.of(
                List.of("long.md", "a file of at most 65536 bytes"),
                List.of("binary.md", "a text in UTF-8"),
                List.of("nowhere.md", "a file that is there"),
                List.of("docs", "a file that can be read"));
        for (List<String> each : wrong) {
            settings("readme: " + each.getFirst() + "\n");
            assertRefused(this::plan, new DocumentRefusal.InvalidValue("readme", each.getFirst(), each.getLast()));
        }
    }

    @Test
    void filesComeFromBesideTheSettingsFromTheRootAndFromTheSettings() throws IOException {
        write(folder, "www/index.html", "<p>");
        write(folder, "www/.git/x", "no");
        write(folder, "app.conf", "a=b");
        write(root, "/usr/share/zone/UTC", "TZ");
        settings("""
                files:
                  /etc/app.conf: app.conf
                  /srv: {from: www, without: [.git]}
                  /usr/share/zoneinfo: {root: /usr/share/zone}
                  /etc/motd: {text: hello}
                  /bin/app: {link: /usr/bin/app}
                directories: [/tmp]
                volumes: [/data]
                """);
        BuildPlan plan = plan();
        assertThat(paths(plan, LayerKind.CONFIG)).containsExactly("etc", "etc/app.conf", "etc/motd");
        assertThat(paths(plan, LayerKind.RUNTIME))
                .contains("srv/index.html", "usr/share/zoneinfo/UTC", "bin/app", "tmp", "data")
                .noneMatch(path -> path.contains(".git"));
        assertThat(plan.tree().find("bin/app")).contains(new Node.Symlink("../usr/bin/app"));
    }

    @Test
    void aLaterRuleWinsOverAnEarlierOneOfAnotherLayer() throws IOException {
        write(root, "/etc/app/conf", "old");
        write(root, "/etc/app/kept", "kept");
        write(root, "/etc/app/d/x", "old");
        settings("""
                files:
                  /etc/app: {root: /etc/app}
                  /etc/app/conf: {text: new, layer: runtime}
                  /etc/app/d: {text: a file, layer: runtime}
                """);
        BuildPlan plan = plan();
        assertThat(text(plan, "etc/app/conf")).isEqualTo("new");
        assertThat(text(plan, "etc/app/d")).isEqualTo("a file");
        assertThat(paths(plan, LayerKind.CONFIG)).containsExactly("etc", "etc/app", "etc/app/kept");
        assertThat(paths(plan, LayerKind.RUNTIME)).contains("etc/app/conf", "etc/app/d");
    }

    @Test
    void aProgramCanComeFromBesideTheSettings() throws IOException {
        library().soname("libmine.so.1").needs("libssl.so.3").at(folder, "/built/lib/libmine.so.1");
        program().needs("libmine.so.1").runpath("$ORIGIN/../lib").at(folder, "/built/bin/app");
        settings("files: {/usr: built}");
        BuildPlan plan = plan();
        assertThat(paths(plan, LayerKind.RUNTIME)).contains("usr/bin/app", "usr/lib/libmine.so.1");
        assertThat(paths(plan, LayerKind.LIBS))
                .contains("usr/lib/x86_64-linux-gnu/libssl.so.3", "usr/lib/x86_64-linux-gnu/libc.so.6")
                .doesNotContain("usr/lib/libmine.so.1");
    }

    @Test
    void modulesAmongTheFilesTakeTheirLibrariesAlong() throws IOException {
        library().needs("libssl.so.3").at(folder, "/modules/ssl.so");
        library().needs("libgone.so.9").at(folder, "/modules/gone.so");
        settings("files: {/usr/lib/modules: modules}");
        BuildPlan plan = plan();
        assertThat(paths(plan, LayerKind.LIBS)).contains("usr/lib/x86_64-linux-gnu/libssl.so.3");
        assertThat(plan.notes()).singleElement().asString().contains("libgone.so.9", "gone.so");
    }

    @Test
    void aStaticProgramBringsTheLibrariesThatAreNamedAndNoOthers() throws IOException {
        TinyElf.staticProgram(Arch.X86_64).at(root, "/usr/bin/app");
        library().needs("libssl.so.3").at(folder, "/modules/ssl.so");
        settings("files: {/usr/lib/modules: modules}");
        assertThat(plan().layers()).doesNotContainKey(LayerKind.LIBS);
        settings("libraries: [libssl.so.3]");
        assertThat(paths(plan(), LayerKind.LIBS))
                .contains("usr/lib/x86_64-linux-gnu/libssl.so.3", "usr/lib/x86_64-linux-gnu/libc.so.6");
    }

    @Test
    void aProgramBehindALinkLandsUnderItsOwnName() throws IOException {
        Files.createSymbolicLink(root.resolve("usr/bin/alias"), Path.of("app"));
        BuildPlan plan = new ElfSource(root, "/usr/bin/alias").plan(NAME, VERSION);
        assertThat(plan.tree().find("usr/bin/alias")).get().isInstanceOf(Node.File.class);
    }

    @Test
    void librariesGoWhereTheLinksOfThePackageLead() throws IOException {
        Files.createDirectories(folder.resolve("rootfs/usr/lib"));
        Files.createSymbolicLink(folder.resolve("rootfs/lib64"), Path.of("usr/lib"));
        settings("files: {/: rootfs}");
        BuildPlan plan = plan();
        assertThat(plan.tree().find("lib64")).contains(new Node.Symlink("usr/lib"));
        assertThat(plan.tree().find("usr/lib/ld-linux-x86-64.so.2")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/usr/bin: {link: ../opt/bin}",
                "/usr/bin: {link: /opt/bin}",
                "/usr: {link: one}, /one: {link: opt}"
            })
    void aProgramGoesWhereTheLinksOfThePackageLeadThoughNothingIsThereYet(String links) throws IOException {
        settings("files: {" + links + "}");
        BuildPlan plan = plan();

        assertThat(plan.tree().resolve("usr/bin/app").orElseThrow().path()).isEqualTo("opt/bin/app");
        assertThat(plan.tree().firstBadLink()).isEmpty();
    }

    @Test
    void filesAndDirectoriesGoWhereTheLinksOfThePackageLeadThoughNothingIsThereYet() throws IOException {
        write(folder, "www/sub/index.html", "<p>");
        settings("""
                files:
                  /var/run: {link: /run}
                  /srv: {link: var/srv}
                  /srv/motd: {text: hello}
                  /srv/www: www
                directories: [/var/run]
                """);
        FileTree tree = plan().tree();

        assertThat(tree.find("run")).get().isInstanceOf(Node.Directory.class);
        assertThat(tree.find("var/run")).contains(new Node.Symlink("../run"));
        assertThat(tree.find("srv")).contains(new Node.Symlink("var/srv"));
        assertThat(tree.find("var/srv/motd")).isPresent();
        assertThat(tree.find("var/srv/www/sub/index.html")).isPresent();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /usr/bin: {text: x}                       | files./usr/bin | a file                                            | /usr/bin/app
            /usr/bin: {link: /a}, /a: {text: x}       | files./usr/bin | a link to ../a, which leads to no directory       | /usr/bin/app
            /usr/bin: {link: bin}                     | files./usr/bin | a link to bin, which leads to no directory        | /usr/bin/app
            /usr: {link: a/b}, /a: {text: x}          | files./usr     | a link to a/b, which leads to no directory        | /usr/bin/app
            /lib64: {text: x}                         | files./lib64   | a file                                            | /lib64/ld-linux-x86-64.so.2
            """)
    void nothingOfThePackageGivesWayToADirectoryOfTheRoot(String rules, String key, String what, String brought)
            throws IOException {
        settings("files: {" + rules + "}");
        assertRefused(
                this::plan,
                new DocumentRefusal.InvalidValue(key, what, "a directory, as " + brought + " goes into it"));
    }

    @Test
    void aLinkOutOfAFolderOfTheRootBecomesTheFileItLeadsTo() throws IOException {
        write(root, "/etc/site.py", "x = 1");
        Files.createDirectories(root.resolve("usr/lib/py"));
        Files.createSymbolicLink(root.resolve("usr/lib/py/site.py"), Path.of("/etc/site.py"));
        Files.createSymbolicLink(root.resolve("usr/lib/py/same.py"), Path.of("site.py"));
        settings("files: {/usr/lib/py: {root: /usr/lib/py}}");
        FileTree tree = plan().tree();
        assertThat(tree.find("usr/lib/py/site.py")).get().isInstanceOf(Node.File.class);
        assertThat(tree.find("usr/lib/py/same.py")).contains(new Node.Symlink("site.py"));
    }

    @Test
    void absoluteLinksInsideACopiedFolderLeadToTheCopy() throws IOException {
        write(root, "/opt/app/real", "x");
        write(root, "/opt/app/deep/er/file", "y");
        Files.createSymbolicLink(root.resolve("opt/app/link"), Path.of("/opt/app/real"));
        Files.createSymbolicLink(root.resolve("opt/app/deep/er/up"), Path.of("/opt/app/real"));
        Files.createSymbolicLink(root.resolve("opt/app/down"), Path.of("/opt/app/deep/er/file"));
        Files.createSymbolicLink(root.resolve("opt/app/top"), Path.of("/opt/app"));
        settings("files: {/srv/app: {root: /opt/app}, /: {root: /opt/app/deep}}");
        FileTree tree = plan().tree();
        assertThat(tree.resolve("srv/app/link").orElseThrow().path()).isEqualTo("srv/app/real");
        assertThat(tree.resolve("srv/app/deep/er/up").orElseThrow().path()).isEqualTo("srv/app/real");
        assertThat(tree.resolve("srv/app/down").orElseThrow().path()).isEqualTo("srv/app/deep/er/file");
        assertThat(tree.resolve("srv/app/top").orElseThrow().path()).isEqualTo("srv/app");
        // Copied alone, the folder takes what its links need from elsewhere along.
        assertThat(tree.find("er/up")).get().isInstanceOf(Node.File.class);
    }

    @Test
    void nothingOutsideTheFolderIsPublishedThroughALink() throws IOException {
        write(root, "/secret", "s");
        Files.createDirectories(folder.resolve("www"));
        Files.createSymbolicLink(folder.resolve("www/secret"), root.resolve("secret"));
        Files.createSymbolicLink(folder.resolve("direct"), root.resolve("secret"));
        settings("files: {/srv: www}");
        assertThat(plan().tree().find("srv/secret")).get().isInstanceOf(Node.Symlink.class);
        settings("files: {/srv: direct}");
        assertRefused(
                this::plan,
                new ArchiveRefusal.LinkLeavesRoot(
                        "direct", root.resolve("secret").toString()));
    }

    @Test
    void refusesAProgramWhosePathNoPackageCanHold() {
        assertRefused(
                () -> new ElfSource(root, "/usr/bin/../bin/app").plan(NAME, VERSION),
                new ArchiveRefusal.UnsafePath("usr/bin/../bin/app"));
    }

    @Test
    void refusesAMissingProgramFileOrLibrary() throws IOException {
        assertRefused(
                () -> new ElfSource(root, "/usr/bin/gone").plan(NAME, VERSION),
                new ProgramRefusal.NoProgram("/usr/bin/gone"));
        assertRefused(() -> new ElfSource(root, "/").plan(NAME, VERSION), new ProgramRefusal.NoProgram("/"));
        settings("files: {/srv: gone}");
        assertThatThrownBy(this::plan).isInstanceOf(RefusedException.class).hasMessageContaining("gone");
        program().needs("libgone.so.9").at(root, "/usr/bin/app");
        assertThatThrownBy(() -> new ElfSource(root, "/usr/bin/app").plan(NAME, VERSION))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("\"/usr/bin/app\" for x86_64 needs libraries")
                .hasMessageContaining("libgone.so.9");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aNamedLibraryThatIsNowhereIsRefusedWhateverTheProgram(boolean isStatic) throws IOException {
        TinyElf program = isStatic ? TinyElf.staticProgram(Arch.X86_64) : program();
        program.at(root, "/usr/bin/app");
        settings("libraries: [libnope.so.1]");
        assertThatThrownBy(this::plan).isInstanceOfSatisfying(RefusedException.class, e -> {
            assertThat(e.refusal().withoutPlace()).isInstanceOf(ProgramRefusal.MissingLibraries.class);
            assertThat(e).hasMessageContaining("libnope.so.1 (needed by /usr/bin/app");
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            files: {/usr/bin/app: {link: /etc/../../x}}       | link to ".*", which leads to no ELF file of the package
            files: {/usr/bin/app: {link: app}}                | link to "app", which leads to no ELF file of the package
            files: {/usr/bin/app: {link: /srv}, /srv: beside} | link to "../../srv", which leads to no ELF file of the package
            files: {/usr/bin/app: {text: echo}}               | text
            files: {/usr/bin/app: {link: /a}, /a: {text: b}}  | link to "../../a", which leads to no ELF file of the package
            files: {/usr/bin/app: beside}                     | directory
            directories: [/usr/bin/app]                       | directory
            """)
    void aProgramThatTheFilesReplaceIsNotTakenFromTheRoot(String rules, String found) throws IOException {
        write(folder, "beside/file", "x");
        settings(rules);
        assertThatThrownBy(this::plan)
                .isInstanceOf(RefusedException.class)
                .message()
                .matches(
                        ".*/unipkg.yaml: line 3: \"program\" is \"/usr/bin/app\", expected an ELF file; the package has a "
                                + found + " in its place.*");
    }

    @Test
    void aProgramThatIsALinkToAFileOfThePackageIsThatFile() throws IOException {
        TinyElf.staticProgram(Arch.ARM64).at(folder, "/built/mine");
        settings("files: {/usr/bin/app: {link: /opt/mine}, /opt: built}");
        BuildPlan plan = plan();
        assertThat(plan.arch()).isEqualTo(Arch.ARM64);
        assertThat(plan.tree().find("usr/bin/app")).contains(new Node.Symlink("../../opt/mine"));
    }

    @Test
    void refusesAProgramThatIsNotElf() throws IOException {
        write(root, "/usr/bin/app", "#!/bin/sh\n");
        assertThatThrownBy(() -> new ElfSource(root, "/usr/bin/app").plan(NAME, VERSION))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.refusal()).isInstanceOf(ProgramRefusal.class));
    }

    @Test
    void refusesASocketAmongTheFiles() throws IOException {
        Files.createDirectories(folder.resolve("www"));
        settings("files: {/srv: www}");
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(folder.resolve("www/s")));
            assertRefused(this::plan, new ArchiveRefusal.Device("/srv/s", "device, socket or pipe"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            files: {/a: {text: x}, /srv: gone}              | line 4: "files./srv" is "gone"
            'files:\n  /a: {text: x}\n  /srv: gone'         | line 6: "files./srv" is "gone"
            'files:\n  /srv/: gone/'                        | line 5: "files./srv" is "gone"
            'files:\n  /srv: {root: /gone}'                 | line 5: "files./srv" is "/gone"
            'files:\n  /: app.conf'                         | line 5: "files./" is
            'files:\n  /lib64: {text: x}'                      | line 5: "files./lib64" is
            libraries: [libgone.so.1]                       | line 3: "/usr/bin/app" for x86_64 needs libraries
            """)
    void whatTheFilesLackIsRefusedWithTheLineThatAsksForIt(String yaml, String message) throws IOException {
        write(folder, "app.conf", "a=b");
        settings(yaml.replace("\\n", "\n"));
        assertThatThrownBy(this::plan)
                .isInstanceOf(RefusedException.class)
                .hasMessageStartingWith(folder.resolve("unipkg.yaml") + ": " + message);
    }

    @Test
    void aSettingsFileWithoutANameIsRefusedWithTheFile() throws IOException {
        write(folder, PackageSettings.FILE_NAME, "program: /usr/bin/app\nversion: 1.0\n");
        assertThatThrownBy(this::plan).hasMessage(folder.resolve("unipkg.yaml") + ": \"name\" is missing");
    }

    @Test
    void namesThatNoPackageCanHoldAreRefusedEachWithItsRule() throws IOException {
        settings("files: {/srv: www}");
        write(folder, "www/bell\u0007", "x");
        assertRefused(this::plan, new ArchiveRefusal.ControlCharacter("srv/bell\u0007"));
    }

    @Test
    void anInterpreterWithoutItsLibraryIsNotedWithTheLineToAdd() throws IOException {
        program().at(root, "/usr/bin/python3.11");
        Files.createSymbolicLink(root.resolve("usr/bin/python3"), Path.of("python3.11"));
        write(root, "/usr/lib/python3.11/encodings/__init__.py", "");
        String python = "name: acme/app\nversion: 1.0\nprogram: /usr/bin/python3.11\n";
        write(folder, PackageSettings.FILE_NAME, python);
        assertThat(plan().notes())
                .singleElement()
                .asString()
                .endsWith("add below files:  /usr/lib/python3.11: {root: /usr/lib/python3.11}");

        write(folder, PackageSettings.FILE_NAME, python + "files: {/usr/lib/python3.11: {root: /usr/lib/python3.11}}");
        assertThat(plan().notes()).isEmpty();
    }

    @Test
    void anInterpreterIsNotedOnlyWhereTheRootHasItsLibrary() throws IOException {
        program().at(root, "/usr/bin/node");
        String node = "name: acme/app\nversion: 1.0\nprogram: /usr/bin/node\n";
        write(folder, PackageSettings.FILE_NAME, node);
        assertThat(plan().notes()).isEmpty();

        write(root, "/usr/share/nodejs/cjs-module-lexer/lexer.js", "");
        assertThat(plan().notes()).singleElement().asString().contains("/usr/share/nodejs: {root: /usr/share/nodejs}");
    }

    @Test
    void refusesMoreBytesThanAPackageMayHave() throws IOException {
        write(folder, "huge", "");
        try (RandomAccessFile huge = new RandomAccessFile(folder.resolve("huge").toFile(), "rw")) {
            huge.setLength((16L << 30) + 1);
        }
        settings("files: {/huge: huge}");
        assertRefused(this::plan, new ContentRefusal.TooLarge("the content of all files", 16L << 30));
    }

    @Test
    void refusesAPathLongerThanLayersMayHave() throws IOException {
        String path = "/" + "ä".repeat(100) + ("/" + "ö".repeat(100)).repeat(5);
        settings("files: {" + path + ": {text: x}}");
        assertRefused(this::plan, new ArchiveRefusal.PathTooLong(path.substring(1), 1024));
    }

    @Test
    void theSameInputGivesTheSameDigests() throws IOException {
        write(folder, "www/a", "1");
        write(folder, "www/b", "2");
        settings("files: {/srv: www}");
        MemorySink first = new MemorySink();
        Digest once = Builder.build(plan(), first).descriptor().digest();
        Files.setLastModifiedTime(folder.resolve("www/a"), FileTime.fromMillis(1));
        Files.move(folder.resolve("www/b"), folder.resolve("www/c"));
        Files.move(folder.resolve("www/c"), folder.resolve("www/b"));
        MemorySink second = new MemorySink();
        assertThat(Builder.build(plan(), second).descriptor().digest()).isEqualTo(once);
        assertThat(second.blobs.keySet()).isEqualTo(first.blobs.keySet());
    }

    @Test
    void whatIsBuiltIsAPackage() throws IOException {
        write(folder, "app.conf", "a=b");
        settings("files: {/etc/app.conf: app.conf}\nports: [80]\nmemory: 64 MiB\ndescription: an app");
        MemorySink sink = new MemorySink();
        BuildPlan plan = plan();
        Built built = Builder.build(plan, sink);

        Manifest manifest =
                Manifest.read(blob(sink, built.descriptor().digest())).requirePackage();
        assertThat(manifest).isEqualTo(built.manifest());
        assertThat(manifest.layers())
                .hasSize(3)
                .allSatisfy(layer -> assertThat(sink.blobs.get(layer.digest())).hasSize((int) layer.size()));
        ImageConfig config = ImageConfig.read(blob(sink, manifest.config().digest()));
        assertThat(config.diffIds()).hasSize(3);
        assertThat(config.execution().program()).isEqualTo("/usr/bin/app");
        assertThat(config.unikernel().memoryBytes()).isEqualTo(64 << 20);

        Index index = Index.read(Builder.index(plan, List.of(built)).toBytes()).requirePackage();
        assertThat(index.version()).isEqualTo(VERSION);
        assertThat(index.builds()).containsEntry(Arch.X86_64, built.descriptor());
    }

    @Test
    void theLayersTogetherHoldNoMoreThanRegistriesTake() throws IOException {
        settings("files: {/etc/app.conf: {text: a}, /srv/data: {text: \"" + "x".repeat(3000) + "\"}}");
        BuildPlan plan = plan();
        int entries =
                plan.layers().values().stream().mapToInt(FileTree::entries).sum();
        long bytes = Builder.build(plan, new MemorySink()).layers().values().stream()
                .mapToLong(WrittenLayer::tarSize)
                .sum();
        assertThat(plan.layers()).hasSize(3);

        assertThat(Builder.build(plan, new MemorySink(), limits(bytes, entries)))
                .isNotNull();
        assertRefused(
                () -> Builder.build(plan, new MemorySink(), limits(bytes, entries - 1)),
                new ArchiveRefusal.TooManyEntries(entries - 1));
        assertRefused(
                () -> Builder.build(plan, new MemorySink(), limits(bytes - 1, entries)),
                new ArchiveRefusal.UnpacksTooLarge(bytes - 1));
    }

    private static Limits limits(long bytes, int entries) {
        return new Limits(bytes, entries, 1000, 1024, 1024, 64, 1 << 20);
    }

    @Test
    void aTextThatIsLongerThanACatalogShowsIsNotBuilt() throws IOException {
        settings("description: " + "x".repeat(4097));
        BuildPlan plan = plan();
        assertRefused(
                () -> Builder.build(plan, new MemorySink()),
                new DocumentRefusal.InvalidValue(
                        "annotations.org.opencontainers.image.description",
                        "4097 characters",
                        "at most 4096 characters"));
    }

    @Test
    void aConfigThatNobodyReadsIsNotBuilt() throws IOException {
        settings("klibs: [" + "a, ".repeat(50_000) + "a]");
        MemorySink sink = new MemorySink();
        BuildPlan plan = plan();
        assertThatThrownBy(() -> Builder.build(plan, sink))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal()).isInstanceOf(DocumentRefusal.TooManyValues.class));
        assertThat(sink.blobs).isEmpty();
    }

    @Test
    void whatIsPublishedNamesNothingOfTheHost() throws IOException {
        write(folder, "app.conf", "a=b");
        settings("files: {/etc/app.conf: app.conf, /opt/app: {root: /usr/bin/app}}");
        MemorySink sink = new MemorySink();
        Built built = Builder.build(plan(), sink);
        String published = new String(blob(sink, built.descriptor().digest()), UTF_8)
                + new String(blob(sink, built.manifest().config().digest()), UTF_8);
        assertThat(published).doesNotContain(root.toString(), folder.toString(), "app.conf");
    }

    private static byte[] blob(MemorySink sink, Digest digest) {
        byte[] bytes = sink.blobs.get(digest);
        assertThat(bytes).isNotNull();
        return bytes;
    }

    private BuildPlan plan() throws IOException {
        return new DirectorySource(folder, root).plan(Optional.empty(), Optional.empty());
    }

    private void settings(String more) throws IOException {
        write(folder, PackageSettings.FILE_NAME, "name: acme/app\nversion: 1.0\nprogram: /usr/bin/app\n" + more);
    }

    private static TinyElf program() {
        return TinyElf.program(Arch.X86_64, LINKER);
    }

    private static TinyElf library() {
        return TinyElf.library(Arch.X86_64);
    }

    private static void write(Path folder, String path, String text) throws IOException {
        Path file = folder.resolve(path.startsWith("/") ? path.substring(1) : path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static List<String> paths(BuildPlan plan, LayerKind kind) throws IOException {
        List<String> paths = new ArrayList<>();
        FileTree tree = plan.layers().getOrDefault(kind, FileTree.EMPTY);
        tree.forEach((path, _) -> paths.add(path));
        return paths;
    }

    private static String text(BuildPlan plan, String path) throws IOException {
        Node.File file = (Node.File) plan.tree().find(path).orElseThrow();
        return new String(file.content().readAll(), StandardCharsets.UTF_8);
    }

    private static void assertRefused(ThrowingCallable call, Refusal refusal) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal().withoutPlace()).isEqualTo(refusal));
    }
}
