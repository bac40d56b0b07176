package dev.unipkg.journeys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./mvnw` on a machine that has nothing yet: what it brings from Debian, and which Maven it runs.
class WrapperTest {

    private static final Path HOUSE = Path.of("../..").toAbsolutePath().normalize();
    private static final Pattern NEEDS =
            Pattern.compile("unipkg_needs \"the tests use [^\"]*\" (.*?) \\|\\| true", Pattern.DOTALL);

    /// How tests name the Debian package without which they skip.
    private static final Pattern MISSED =
            Pattern.compile("apt-get install ([a-z0-9][a-z0-9+.-]+)|\\(Debian: ([a-z0-9][a-z0-9+.-]+)\\)"
                    + "|\"\\w+, ([a-z0-9-]+), (?s:.{0,160}?)TAR");

    /// The packages of every Debian.
    private static final Set<String> ESSENTIAL = Set.of("tar");

    @TempDir
    Path folder;

    @Test
    void everyDebianPackageWithoutWhichATestSkipsIsInstalledByVerify() throws IOException {
        Set<String> missed = new TreeSet<>();
        for (Path source : testSources()) {
            MISSED.matcher(Files.readString(source))
                    .results()
                    .flatMap(WrapperTest::groups)
                    .forEach(missed::add);
        }
        missed.removeAll(ESSENTIAL);

        MatchResult needs = NEEDS.matcher(Files.readString(HOUSE.resolve("mvnw")))
                .results()
                .findFirst()
                .orElseThrow();

        assertThat(missed).contains("qemu-system-x86", "python3", "skopeo");
        assertThat(needs.group(1).split("[^a-z0-9+.-]+")).containsAll(missed);
    }

    @Test
    void aMavenThatIsNotThePinnedOneIsNotRun() throws Exception {
        HttpServer repository = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        repository.createContext("/", exchange -> {
            byte[] other = "another Maven".getBytes(UTF_8);
            exchange.sendResponseHeaders(200, other.length);
            exchange.getResponseBody().write(other);
            exchange.close();
        });
        repository.start();
        try {
            String url = "http://127.0.0.1:" + repository.getAddress().getPort();
            for (String path : List.of(System.getenv("PATH"), toolsWithoutUnzip())) {
                ProcessBuilder builder =
                        new ProcessBuilder(HOUSE.resolve("mvnw").toString(), "--version");
                builder.environment()
                        .put("MAVEN_USER_HOME", folder.resolve("m2").toString());
                builder.environment().put("MVNW_REPOURL", url);
                builder.environment().put("PATH", path);
                Process process = builder.redirectErrorStream(true).start();
                String said = new String(process.getInputStream().readAllBytes(), UTF_8);

                assertThat(process.waitFor()).as(said).isEqualTo(1);
                assertThat(said).contains("Failed to validate Maven distribution SHA-256");
            }
        } finally {
            repository.stop(0);
        }
    }

    /// A folder that has every program of this machine but unzip, as a fresh Debian has none.
    private String toolsWithoutUnzip() throws IOException {
        Path tools = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "tools");
        try (Stream<Path> programs = Files.list(Path.of("/usr/bin"))) {
            for (Path program : programs.toList()) {
                if (!program.endsWith("unzip")) {
                    Files.createSymbolicLink(tools.resolve(program.getFileName()), program);
                }
            }
        }
        return tools.toString();
    }

    private static Stream<String> groups(MatchResult match) {
        return Stream.of(1, 2, 3).map(match::group).filter(name -> name != null);
    }

    private static List<Path> testSources() throws IOException {
        try (Stream<Path> files = Files.walk(HOUSE)) {
            return files.filter(f -> f.toString().contains("/src/test/java/")
                            && f.toString().endsWith(".java"))
                    .filter(f -> !f.endsWith("WrapperTest.java"))
                    .toList();
        }
    }
}
