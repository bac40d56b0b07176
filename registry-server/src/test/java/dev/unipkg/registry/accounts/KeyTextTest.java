package dev.unipkg.registry.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class KeyTextTest {

    @Test
    void aFreshKeyIsReadBackAndNeverPrintedByAccident() {
        KeyText key = KeyText.fresh();
        assertThat(KeyText.parse(key.text())).contains(key);
        assertThat(key.text())
                .matches("upk_[a-z2-7]{38}")
                .isNotEqualTo(KeyText.fresh().text());
        assertThat(key.toString()).doesNotContain(key.text().substring(4));
    }

    @Property
    void aMistypedKeyIsRecognisedWithoutADatabase(
            @ForAll @IntRange(min = 4, max = 41) int at, @ForAll @IntRange(min = 0, max = 31) int letter) {
        String text = KeyText.fresh().text();
        char typed = "abcdefghijklmnopqrstuvwxyz234567".charAt(letter);
        String mistyped = text.substring(0, at) + typed + text.substring(at + 1);
        assertThat(KeyText.parse(mistyped).isPresent()).isEqualTo(mistyped.equals(text));
    }

    @Property
    void anyOtherTextIsNoKey(@ForAll String text) {
        assertThat(KeyText.parse(text)).isEmpty();
        assertThat(KeyText.parse("upk_" + text)).isEmpty();
    }
}
