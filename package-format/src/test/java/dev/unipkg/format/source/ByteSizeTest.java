package dev.unipkg.format.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "4096, 4096",
        "10 B, 10",
        "1K, 1024",
        "512 MiB, 536870912",
        "512m, 536870912",
        "2g, 2147483648",
        "1 TiB, 1099511627776",
        "8191 TiB, 9006099743113216",
    })
    void readsBytesAndUnits(String text, long bytes) {
        assertThat(ByteSize.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5G", "1 PiB", "MiB", "1  M", "8192 TiB", "999999999999999 T", "1e3", "١"})
    void refusesEverythingElse(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
