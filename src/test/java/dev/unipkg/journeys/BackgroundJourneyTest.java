package dev.unipkg.journeys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.journeys.PkgCommand.Result;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.Test;

/// A package in the background, as the how-to shows it: started, seen, stopped, started again, removed.
class BackgroundJourneyTest extends RunningRegistry {

    @Override
    Backend backend() {
        return new Backend.Defaults();
    }

    @Test
    void aPackageInTheBackgroundIsSeenStoppedRestartedAndRemoved() throws Exception {
        publishWebServer("library/background", "1.0.0");
        publishKernel();
        PkgCommand pkg = stranger();
        int port = freePort();
        try {
            assertThat(printed(pkg.run(
                            "run", "-d", "--name", "web", "--kernel", "linux", "-p", port + ":8080", "background")))
                    .isEqualTo("web");
            assertThat(page(port)).contains(ANSWER);
            assertThat(printed(pkg.run("ps")))
                    .containsPattern("web +library/background:1.0.0 +up [0-9]+ seconds?")
                    .contains("127.0.0.1:" + port + " → 8080");

            assertThat(printed(pkg.run("stop", "web"))).isEqualTo("web");
            assertThat(printed(pkg.run("ps"))).isEmpty();
            assertThat(printed(pkg.run("ps", "-a")))
                    .containsPattern("web +library/background:1.0.0 +ended [a-z0-9 ]+, exit code 143");
            Result waited = pkg.run("wait", "web");
            assertThat(waited.exitCode()).isEqualTo(143);
            assertThat(waited.output()).isEqualTo("143\n");
            assertThat(pkg.run("logs", "web").succeeded().output()).doesNotContain("unipkg-exit");

            assertThat(printed(pkg.run("restart", "web"))).isEqualTo("web");
            assertThat(page(port)).contains(ANSWER);
            // Now it runs, with the port.
            assertThat(printed(pkg.run("restart", "web"))).isEqualTo("web");
            assertThat(page(port)).contains(ANSWER);
            assertThat(pkg.run("cache", "rm", "background").succeeded().talk())
                    .contains("kept library/background:1.0.0 (linux:");
            assertThat(pkg.run("rm", "web").exitCode()).isEqualTo(4);
            assertThat(page(port)).contains(ANSWER);
        } finally {
            assertThat(printed(pkg.run("rm", "-f", "web"))).isEqualTo("web");
        }
        assertThat(pkg.run("logs", "web").exitCode()).isEqualTo(3);
        assertThat(printed(pkg.run("ps", "-a"))).isEmpty();
    }

    private static String page(int port) throws IOException {
        try (var in = URI.create("http://127.0.0.1:" + port + "/").toURL().openStream()) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
