package dev.unipkg.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The script that starts the packed pkg, with a script for Java.
class LauncherTest {
    private static final Path LAUNCHER = Path.of("src/main/pkg/pkg");

    @TempDir
    Path home;

    @BeforeEach
    void pack() throws IOException {
        Files.createDirectories(home.resolve("bin"));
        Files.copy(LAUNCHER, home.resolve("bin/pkg"));
        Files.createDirectories(home.resolve("runtime/bin"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "C", "POSIX", "de_DE.UTF-8", "tlh_QO.UTF-8"})
    void namesOfFilesAreUtf8AndFailuresEnglishInEveryLocale(String locale) throws Exception {
        java("locale charmap; ls /nowhere 2>&1; echo \"$LANGUAGE.\"");

        for (String variable : new String[] {"LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LANG"}) {
            assertThat(start(Map.of(variable, locale, "LANGUAGE", "de:fr")))
                    .startsWith("UTF-8\n")
                    .contains("No such file or directory")
                    .endsWith("\n.\n");
        }
    }

    @Test
    void passesItsWordsOn() throws Exception {
        java("for word do last=$word; done; echo \"$last\"");

        assertThat(start(Map.of("LANG", "C"), "get", "two * words")).isEqualTo("two * words\n");
    }

    private void java(String script) throws IOException {
        Path java = Files.writeString(home.resolve("runtime/bin/java"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
    }

    private String start(Map<String, String> locale, String... words) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder("sh", home.resolve("bin/pkg").toString());
        builder.command().addAll(List.of(words));
        builder.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.startsWith("LANG"));
        builder.environment().putAll(locale);
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
