package dev.unipkg.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// `./mvnw` on a machine that has nothing yet: what it brings from Debian.
class WrapperTest {

    private static final Path HOUSE = Path.of("../..").toAbsolutePath().normalize();
    private static final Pattern NEEDS =
            Pattern.compile("unipkg_needs \"the tests use\" (.*?) \\|\\| true", Pattern.DOTALL);

    /// How tests name the Debian package without which they skip.
    private static final Pattern MISSED = Pattern.compile(
            "apt-get install ([a-z0-9][a-z0-9+.-]+)|\\(Debian: ([a-z0-9][a-z0-9+.-]+)\\)|\"\\w+, ([a-z0-9-]+), .*TAR");

    /// What every Debian has.
    private static final Set<String> ESSENTIAL = Set.of("tar");

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
