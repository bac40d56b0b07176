package dev.unipkg.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.cli.command.ResumeChoice.Wish;
import dev.unipkg.cli.output.ExitCode;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.settings.UserConfig;
import dev.unipkg.format.oci.ResumeDeclaration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResumeChoiceTest {
    private static final Map<String, Optional<ResumeDeclaration>> DECLARED = Map.of(
            "nothing", Optional.empty(),
            "never", Optional.of(new ResumeDeclaration.Never()),
            "safe", Optional.of(new ResumeDeclaration.Safe(true, true)),
            "no-randomness", Optional.of(new ResumeDeclaration.Safe(false, true)),
            "neither", Optional.of(new ResumeDeclaration.Safe(false, false)));

    /// The whole table: the declaration, whether the kernel sets clock and random numbers, the user's wish, and what
    /// comes
    /// of it.
    @ParameterizedTest
    @CsvSource({
        "nothing,       true,  NONE,      boots",
        "nothing,       true,  USUAL,     resumes with a note",
        "nothing,       true,  ASKED,     resumes with a note",
        "nothing,       true,  FORBIDDEN, boots",
        "nothing,       false, NONE,      boots",
        "nothing,       false, USUAL,     resumes with a note",
        "nothing,       false, ASKED,     resumes with a note",
        "nothing,       false, FORBIDDEN, boots",
        "safe,          true,  NONE,      resumes",
        "safe,          true,  USUAL,     resumes",
        "safe,          true,  ASKED,     resumes",
        "safe,          true,  FORBIDDEN, boots",
        "safe,          false, NONE,      boots and says why",
        "safe,          false, USUAL,     resumes with a note",
        "safe,          false, ASKED,     resumes with a note",
        "safe,          false, FORBIDDEN, boots",
        "no-randomness, false, NONE,      boots and says why",
        "no-randomness, false, ASKED,     resumes with a note",
        "neither,       true,  NONE,      resumes",
        "neither,       false, NONE,      resumes",
        "neither,       false, ASKED,     resumes",
        "neither,       false, FORBIDDEN, boots",
        "never,         true,  NONE,      boots",
        "never,         true,  USUAL,     boots",
        "never,         true,  ASKED,     refused",
        "never,         true,  FORBIDDEN, boots",
        "never,         false, ASKED,     refused",
    })
    void followsTheTable(String declared, boolean isSet, Wish wish, String expected) {
        assertThat(outcome(declared, isSet, wish)).isEqualTo(expected);
    }

    private static String outcome(String declared, boolean isSet, Wish wish) {
        try {
            return switch (ResumeChoice.of(
                    "acme/web:1.0", Objects.requireNonNull(DECLARED.get(declared)), isSet, wish)) {
                case ResumeChoice.Resumes(Optional<String> note) ->
                    note.isPresent() ? "resumes with a note" : "resumes";
                case ResumeChoice.Boots(Optional<String> why) -> why.isPresent() ? "boots and says why" : "boots";
            };
        } catch (Failure failure) {
            assertThat(failure.exit()).isEqualTo(ExitCode.REFUSED);
            assertThat(failure.code()).isEqualTo("never-resumed");
            return "refused";
        }
    }

    @Test
    void theCommandLineGoesBeforeTheConfigFile() {
        assertThat(ResumeChoice.wish(Optional.empty(), config("yes"))).isEqualTo(Wish.USUAL);
        assertThat(ResumeChoice.wish(Optional.empty(), config("no"))).isEqualTo(Wish.FORBIDDEN);
        assertThat(ResumeChoice.wish(Optional.of(true), config("no"))).isEqualTo(Wish.ASKED);
        assertThat(ResumeChoice.wish(Optional.of(false), config("yes"))).isEqualTo(Wish.FORBIDDEN);
        assertThat(ResumeChoice.wish(Optional.empty(), new UserConfig(new TreeMap<>())))
                .isEqualTo(Wish.NONE);
        assertThatThrownBy(() -> ResumeChoice.wish(Optional.empty(), config("maybe")))
                .hasMessageContaining("the config file sets resume to \"maybe\"; expected yes or no");
    }

    private static UserConfig config(String resume) {
        return new UserConfig(new TreeMap<>(Map.of("resume", resume)));
    }
}
