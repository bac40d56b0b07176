package dev.unipkg.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VersionTest {

    /// From old to new, as the documentation of the order states it.
    private static final List<String> IN_ORDER = List.of(
            "0.9",
            "1.0~~a",
            "1.0~rc1",
            "1.0-SNAPSHOT",
            "1.0-alpha",
            "1.0-alpha.1",
            "1.0-alpha.beta",
            "1.0-beta",
            "1.0-beta.2",
            "1.0-beta.11",
            "1.0-M1",
            "1.0-rc1",
            "1.0.rc2",
            "1.0",
            "1.0+7",
            "1.0+b1",
            "1.0-1",
            "1.0-2",
            "1.0-r1",
            "1.0a",
            "1.0.1",
            "1.9",
            "1.10",
            "3.13.0a1",
            "3.13.0b2",
            "3.13.0rc1",
            "3.13.0",
            "8u292-b10",
            "2024a",
            "2024b",
            "20240101");

    @Test
    void ordersVersionsAsDocumented() {
        List<String> shuffled = new ArrayList<>(IN_ORDER);
        Collections.shuffle(shuffled, new Random(1));
        assertThat(shuffled.stream().map(Version::new).sorted().map(Version::text))
                .containsExactlyElementsOf(IN_ORDER);
    }

    /// Sort keys in a database may come from a server that runs in any locale.
    @Test
    void theOrderAndItsKeysAreTheSameInEveryLanguage() {
        String key = new Version("1.10").sortKey();
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.of("ar", "EG"));
            assertThat(new Version("1.10").sortKey()).isEqualTo(key);
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void ignoresALeadingV() {
        assertThat(new Version("v1.9")).isLessThan(new Version("1.10"));
        assertThat(new Version("V2.0")).isGreaterThan(new Version("1.10"));
        assertThat(new Version("vanilla")).isGreaterThan(new Version("unicorn"));
    }

    @Test
    void comparesNumbersOfAnyLength() {
        assertThat(new Version("9".repeat(60))).isLessThan(new Version("1" + "0".repeat(60)));
        assertThat(new Version("007")).isGreaterThan(new Version("6")).isLessThan(new Version("8"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0-rc1", "1.0~1", "2.0.0-alpha.1", "3.13.0b1", "5.0.0-M2", "1.0-SNAPSHOT", "1.0-dev"})
    void knowsPrereleases(String text) {
        assertThat(new Version(text).isPrerelease()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "1.0-r1", "1.0+beta", "1.1.1a", "8u292-b10", "1.0-alpine", "v2"})
    void knowsReleases(String text) {
        assertThat(new Version(text).isPrerelease()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", ".1", "+1", "~1", "1_0", "1 0", "1/0", "1:0", "ä", "1.ä", "1.0+.5", "1\n", "1@2"})
    void refusesWhatIsOutsideTheGrammar(String text) {
        assertThat(Version.isVersion(text)).isFalse();
        assertThatThrownBy(() -> new Version(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesVersionsTooLongForATag() {
        assertThat(Version.isVersion("1".repeat(128))).isTrue();
        assertThat(Version.isVersion("1".repeat(129))).isFalse();
        assertThat(Version.isVersion("1" + "~".repeat(64))).isFalse();
    }

    @Test
    void travelsAsATag() {
        assertThat(new Version("1.0+build.5").tag()).isEqualTo("1.0_build.5");
        assertThat(new Version("1.0~rc1").tag()).isEqualTo("1.0_.rc1");
        assertThatThrownBy(() -> Version.ofTag("_1")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Version.ofTag("1+1")).isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void everyTagIsATagAndLeadsBack(@ForAll("versions") Version version) {
        assertThat(Tag.isTag(version.tag())).isTrue();
        assertThat(Version.ofTag(version.tag())).isEqualTo(version);
    }

    @Property
    void isATotalOrder(@ForAll("versions") Version a, @ForAll("versions") Version b, @ForAll("versions") Version c) {
        assertThat(Integer.signum(a.compareTo(b))).isEqualTo(-Integer.signum(b.compareTo(a)));
        assertThat(a.compareTo(b) == 0).isEqualTo(a.equals(b));
        if (a.compareTo(b) <= 0 && b.compareTo(c) <= 0) {
            assertThat(a).isLessThanOrEqualTo(c);
        }
    }

    @Property(tries = 5000)
    void keysSortAsAComparisonPartByPartDoes(@ForAll("versions") Version a, @ForAll("versions") Version b) {
        int byParts = VersionParts.compare(a, b);
        assertThat(Integer.signum(a.sortKey().compareTo(b.sortKey()))).isEqualTo(Integer.signum(byParts));
        assertThat(a.sortKey()).matches("\\p{ASCII}+");
    }

    @Provide
    Arbitrary<Version> versions() {
        Arbitrary<String> parts = Arbitraries.of(
                "0", "1", "01", "9", "10", "123", ".", "-", "+", "~", "rc", "RC", "alpha", "beta", "a", "b", "m", "r",
                "dev", "x", "v", "z");
        return parts.list()
                .ofMinSize(1)
                .ofMaxSize(8)
                .map(list -> String.join("", list))
                .filter(Version::isVersion)
                .map(Version::new);
    }

    @Test
    void whatEverybodyTakesForATagThatMovesIsNeverPublishedAsAVersion() throws RefusedException {
        for (String tag : List.of("latest", "stable")) {
            assertThatThrownBy(() -> new Version(tag).requireFixed())
                    .isInstanceOf(RefusedException.class)
                    .hasMessage("\"%s\" is a tag, which moves, and no version; expected a version such as 1.2.3", tag);
        }
        for (String version : List.of("1.2.3", "nightly", "latest-1", "unstable")) {
            assertThat(new Version(version).requireFixed().text()).isEqualTo(version);
        }
    }
}
