package dev.unipkg.registry.wiring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The script that starts the server, with a script for Java.
class StartScriptTest {
    @TempDir
    Path home;

    @ParameterizedTest
    @ValueSource(strings = {"", "C", "POSIX", "de_DE.UTF-8", "tlh_QO.UTF-8"})
    void namesOfFilesAreUtf8AndFailuresEnglishInEveryLocale(String locale) throws Exception {
        Path script = Files.createDirectories(home.resolve("bin")).resolve("registry");
        Files.copy(Path.of("bin/registry"), script);
        Files.createFile(Files.createDirectories(home.resolve("quarkus-app")).resolve("quarkus-run.jar"));
        Path java = Files.writeString(
                Files.createDirectories(home.resolve("jdk/bin")).resolve("java"),
                "#!/bin/sh\nlocale charmap; ls /nowhere 2>&1; echo \"$LANGUAGE.\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));

        for (String variable : new String[] {"LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LANG"}) {
            assertThat(start(script, Map.of(variable, locale, "LANGUAGE", "de:fr")))
                    .startsWith("UTF-8\n")
                    .contains("No such file or directory")
                    .endsWith("\n.\n");
        }
    }

    private String start(Path script, Map<String, String> locale) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("sh", script.toString());
        builder.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.startsWith("LANG"));
        builder.environment().put("JAVA_HOME", home.resolve("jdk").toString());
        builder.environment().putAll(locale);
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
