package dev.unipkg.registry.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.registry.problems.RejectedException;
import dev.unipkg.registry.problems.Rejection;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class OciHeadersTest {

    @Test
    void aLengthIsReadWhereThereIsOne() {
        assertThat(OciHeaders.length(null)).isEqualTo(OptionalLong.empty());
        assertThat(OciHeaders.length("0")).isEqualTo(OptionalLong.of(0));
        assertThat(OciHeaders.length("999999999999999999")).isEqualTo(OptionalLong.of(999_999_999_999_999_999L));
    }

    @Test
    void aLengthThatIsNoneIsTheRequestsFaultAndNamesTheHeader() {
        for (String text : new String[] {"", "-1", "+5", "5, 5", "0x5", "1e3", "\u0665", "99999999999999999999"}) {
            assertThatThrownBy(() -> OciHeaders.length(text))
                    .as(text)
                    .isInstanceOfSatisfying(
                            RejectedException.class,
                            rejected -> assertThat(rejected.rejection())
                                    .isInstanceOfSatisfying(
                                            Rejection.BadRequest.class,
                                            bad -> assertThat(bad.field()).isEqualTo("Content-Length")));
        }
    }
}
