package dev.unipkg.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.source.ByteSize;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizesTest {
    /// The spellings of `unipkg.yaml`.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "268435456",
                "17 B",
                "17b",
                "64K",
                "64 k",
                "256M",
                "256m",
                "256 Mi",
                "256 MiB",
                "256MiB",
                "2 GiB",
                "3t",
                "3 TiB"
            })
    void readsWhatThePackagesSettingsTake(String text) {
        assertThat(Sizes.parse(text)).isEqualTo(ByteSize.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"64KB,65536", "1MB,1048576", "2 GB,2147483648"})
    void takesTheShortSpellingOfAUnit(String text, long bytes) {
        assertThat(Sizes.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "M", "-1", "1.5G", "256Q", "256  M", "256 M iB", "256I", "256IB", " 1", "9999999999999T"})
    void refusesWhatIsNoSize(String text) {
        assertThatThrownBy(() -> Sizes.parse(text))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.exit()).isEqualTo(ExitCode.USAGE));
    }
}
