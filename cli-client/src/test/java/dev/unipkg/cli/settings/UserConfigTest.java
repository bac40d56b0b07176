package dev.unipkg.cli.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.cli.output.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserConfigTest {
    @TempDir
    Path folder;

    @Test
    void settingsAreReadAndCommentsAreNot() throws IOException {
        Path file = Files.writeString(folder.resolve("config"), "# registry = x\n\n registry =  http://localhost:1 \n");

        assertThat(UserConfig.read(file).get("registry")).contains("http://localhost:1");
        assertThat(UserConfig.read(file).get("kernel")).isEmpty();
        assertThat(UserConfig.read(folder.resolve("absent")).values()).isEmpty();
    }

    @Test
    void oneSettingIsChangedAndAllElseStays() throws IOException {
        Path file = Files.writeString(folder.resolve("config"), "# mine\nkernel = linux\ncpus = 2\n");
        UserConfig.set(file, "kernel", "nanos:0.1.55");

        assertThat(file).hasContent("# mine\ncpus = 2\nkernel = nanos:0.1.55\n");
    }

    @Test
    void theHomeFollowsTheXdgSpecification() {
        assertThat(Home.of(Map.of("HOME", "/home/me")))
                .isEqualTo(new Home(Path.of("/home/me/.local/share/unipkg"), Path.of("/home/me/.config/unipkg")));
        assertThat(Home.of(Map.of("HOME", "/home/me", "XDG_DATA_HOME", "/data", "XDG_CONFIG_HOME", "relative")))
                .isEqualTo(new Home(Path.of("/data/unipkg"), Path.of("/home/me/.config/unipkg")));
        assertThat(Home.of(Map.of("HOME", "/home/me", "UNIPKG_HOME", "/srv/u")))
                .isEqualTo(new Home(Path.of("/srv/u"), Path.of("/srv/u")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "here", "./here", "~"})
    void aHomeThatIsNotAbsoluteCountsAsUnset(String home) {
        Path user = Path.of(System.getProperty("user.home"));
        assertThat(user).isAbsolute();

        assertThat(Home.of(Map.of("HOME", home)))
                .isEqualTo(Home.of(Map.of()))
                .isEqualTo(new Home(user.resolve(".local/share/unipkg"), user.resolve(".config/unipkg")));
        assertThat(Home.of(Map.of("HOME", home, "XDG_DATA_HOME", home, "XDG_CONFIG_HOME", home)))
                .isEqualTo(Home.of(Map.of()));
    }

    @Test
    void aUserWithoutAnyHomeIsToldToNameOne() {
        String user = System.getProperty("user.home");
        System.setProperty("user.home", "?");
        try {
            assertThatThrownBy(() -> Home.of(Map.of("HOME", "")))
                    .isInstanceOfSatisfying(
                            Failure.class,
                            failure ->
                                    assertThat(failure.next()).get().asString().contains("UNIPKG_HOME"));
            assertThat(Home.of(Map.of("XDG_DATA_HOME", "/d", "XDG_CONFIG_HOME", "/c")))
                    .isEqualTo(new Home(Path.of("/d/unipkg"), Path.of("/c/unipkg")));
        } finally {
            System.setProperty("user.home", user);
        }
    }
}
