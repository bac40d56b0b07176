package dev.unipkg.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionRangeTest {

    @ParameterizedTest
    @CsvSource({
        ">=0.1.54 <0.2, 0.1.54, true",
        ">=0.1.54 <0.2, 0.1.100, true",
        ">=0.1.54 <0.2, 0.1.53, false",
        ">=0.1.54 <0.2, 0.2, false",
        ">1.0, 1.0, false",
        "<=1.0, 1.0, true",
        "=1.0, 1.0, true",
        "1.0, 1.0, true",
        "1.0, 1.00, false",
    })
    void containsWhatAllComparisonsAllow(String range, String version, boolean contained) {
        assertThat(VersionRange.parse(range).contains(new Version(version))).isEqualTo(contained);
    }

    @ParameterizedTest
    @ValueSource(strings = {">=1.0 <2", "=1.0", ">1 <=3"})
    void isReadBack(String range) {
        assertThat(VersionRange.parse(range)).hasToString(range);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ">", ">=", "> 1", "~1", "1,2", "=>1"})
    void refusesWhatIsOutsideTheGrammar(String range) {
        assertThatThrownBy(() -> VersionRange.parse(range)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {">2 <1", ">=2 <2", ">2 <=2", "=1 =2", "1 >1", "<1 >0.5 >=3"})
    void refusesWhatHoldsNoVersion(String range) {
        assertThatThrownBy(() -> VersionRange.parse(range))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no version is both");
    }

    @Test
    void refusesMoreThanARangeNeeds() {
        assertThat(VersionRange.parse(">1 ".repeat(16))).isNotNull();
        assertThatThrownBy(() -> VersionRange.parse(">1 ".repeat(200_000)))
                .hasMessage("not a range of versions: it has 200000 comparisons; expected at most 16");
    }

    @ParameterizedTest
    @ValueSource(strings = {">=2 <=2", "=1 1", "=1 <=1", "1.0 >=1.0"})
    void takesWhatHoldsOneVersion(String range) {
        assertThat(VersionRange.parse(range)).isNotNull();
    }
}
