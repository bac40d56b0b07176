package dev.unipkg.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.VersionRange;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KernelChoiceTest {

    private static final List<Version> RELEASES =
            Stream.of("0.1.9", "0.1.54", "0.1.55", "0.2-rc1").map(Version::new).toList();

    @Test
    void aFamilyAloneOrWithAReleaseIsRead() throws RefusedException {
        assertThat(KernelChoice.parse("nanos")).isEqualTo(new KernelChoice(Family.NANOS, Optional.empty()));
        assertThat(KernelChoice.parse("linux:6.1.0-56-cloud"))
                .isEqualTo(new KernelChoice(Family.LINUX, Optional.of("6.1.0-56-cloud")))
                .hasToString("linux:6.1.0-56-cloud");
        assertThat(KernelChoice.parse("nanos:nightly").release()).contains("nightly");
    }

    @Test
    void anythingElseIsRefused() {
        for (String text : List.of("", "minix", "Nanos", "nanos:", "nanos:a b", "nanos:../x")) {
            assertThatThrownBy(() -> KernelChoice.parse(text)).as(text).isInstanceOf(RefusedException.class);
        }
    }

    @Test
    void theNewestReleaseInTheRangeIsTaken() {
        assertThat(KernelChoice.newest(RELEASES, version -> true)).contains(new Version("0.1.55"));
        assertThat(KernelChoice.newest(RELEASES, VersionRange.parse("<0.1.55")::contains))
                .contains(new Version("0.1.54"));
        assertThat(KernelChoice.newest(RELEASES, VersionRange.parse(">0.1.55")::contains))
                .contains(new Version("0.2-rc1"));
        assertThat(KernelChoice.newest(RELEASES, VersionRange.parse(">=1")::contains))
                .isEmpty();
    }
}
