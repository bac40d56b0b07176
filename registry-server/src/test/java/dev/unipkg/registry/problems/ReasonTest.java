package dev.unipkg.registry.problems;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.ContentRefusal;
import org.junit.jupiter.api.Test;

class ReasonTest {

    @Test
    void fullDiskIsToldWithoutItsPath() {
        Reason reason = Reason.of(new ContentRefusal.DiskFull("/srv/unipkg/blobs", 1000, 77));
        assertThat(reason.status()).isEqualTo(507);
        assertThat(reason.detail()).isEqualTo("the registry has no room for 1000 bytes: 77 bytes are missing");
        assertThat(Reason.of(new ContentRefusal.DiskFull("/srv/unipkg/blobs", 1000))
                        .detail())
                .isEqualTo("the registry has no room for 1000 bytes");
        assertThat(reason.problem().toJson().toPrettyString()).doesNotContain("srv");
    }

    @Test
    void everyReasonHasACodeOfTheList() {
        assertThat(Reason.codes())
                .contains(
                        Reason.of(new ContentRefusal.TooLarge("a blob", 1)).code(),
                        Reason.of(new Denial.NotYourNamespace("a", "b", true)).code(),
                        Reason.of(new Rejection.Fault()).code(),
                        Reason.of(new Rejection.NotFound(Rejection.Thing.KEY, "1"))
                                .code(),
                        "kernel-family-not-found",
                        "not-your-namespace")
                .doesNotContain("not-found", "at-line", "in-file");
    }
}
