package dev.unipkg.registry.wiring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The script that starts the server, with a script for Java.
class StartScriptTest {
    @TempDir
    Path home;

    private Path script = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"", "C", "POSIX", "de_DE.UTF-8", "tlh_QO.UTF-8"})
    void namesOfFilesAreUtf8AndFailuresEnglishInEveryLocale(String locale) throws Exception {
        install("locale charmap; ls /nowhere 2>&1; echo \"$LANGUAGE.\"");

        for (String variable : new String[] {"LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LANG"}) {
            assertThat(start(0, Map.of(variable, locale, "LANGUAGE", "de:fr")))
                    .startsWith("UTF-8\n")
                    .contains("No such file or directory")
                    .endsWith("\n.\n");
        }
    }

    @Test
    void optionsBecomeSettings() throws Exception {
        install("echo \"$@\"");

        String said = start(
                0,
                Map.of("UNIPKG_HEAP", "2g"),
                "--host",
                "127.0.0.1",
                "--port",
                "0",
                "--data",
                "a folder",
                "--log-format",
                "json",
                "--log-level",
                "warn");

        assertThat(said)
                .contains(
                        " -Xmx2g ",
                        " -Dquarkus.http.host=127.0.0.1 ",
                        " -Dquarkus.http.port=0 ",
                        " -Dunipkg.data=a folder ",
                        " -Dunipkg.log.format=json ",
                        " -Dunipkg.log.level=warn ");
    }

    @ParameterizedTest
    @CsvSource({"512m, -Xmx512m", "3G, -Xmx3G", "5%, -XX:MaxRAMPercentage=5", "75%, -XX:MaxRAMPercentage=75"})
    void heapIsASizeOrAPartOfTheMemory(String heap, String option) throws Exception {
        install("echo \"$@\"");

        assertThat(start(0, Map.of(), "--heap", heap)).contains(" " + option + " ");
        assertThat(start(0, Map.of("UNIPKG_HEAP", heap))).contains(" " + option + " ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"512", "m", "0m", "1.5g", "100%", "0%", "%", "2gg", "2 g", "lots"})
    void heapThatIsNoSizeIsRefused(String heap) throws Exception {
        install("echo started");

        assertThat(start(2, Map.of(), "--heap", heap))
                .isEqualTo("registry: --heap (UNIPKG_HEAP) is \"" + heap
                        + "\", expected a size such as 768m or 2g, or 1% to 99% of this machine's memory\n");
    }

    @Test
    void startUpCacheInAFolderWithSpacesIsOneArgument() throws Exception {
        home = Files.createDirectories(home.resolve("a folder  with * spaces"));
        install("for each; do echo \"<$each>\"; done");
        Path application = home.toRealPath().resolve("quarkus-app");
        assertThat(start(0, Map.of())).startsWith("<-Xlog:disable>\n").doesNotContain("<>", "AOTCache");

        Files.createFile(application.resolve("registry.aot"));

        assertThat(start(0, Map.of()))
                .startsWith("<-XX:AOTCache=" + application + "/registry.aot>\n<-Xlog:disable>\n")
                .contains("<-jar>\n<" + application + "/quarkus-run.jar>\n");
    }

    /// Puts the script where it finds this instead of Java.
    private void install(String program) throws IOException {
        script = Files.createDirectories(home.resolve("bin")).resolve("registry");
        Files.copy(Path.of("bin/registry"), script);
        Files.createFile(Files.createDirectories(home.resolve("quarkus-app")).resolve("quarkus-run.jar"));
        Path java = Files.writeString(
                Files.createDirectories(home.resolve("jdk/bin")).resolve("java"), "#!/bin/sh\n" + program + "\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
    }

    private String start(int exit, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("sh", script.toString()));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.startsWith("LANG"));
        builder.environment().put("JAVA_HOME", home.resolve("jdk").toString());
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isEqualTo(exit);
        return said;
    }
}
