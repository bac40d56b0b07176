package dev.unipkg.cli.command;

import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.settings.UserConfig;
import dev.unipkg.format.oci.ResumeDeclaration;
import java.util.Optional;

/// Whether a guest may go on from a snapshot: the table of `docs/concepts/resume.md`.
sealed interface ResumeChoice {
    /// It may.
    ///
    /// @param note what the user is to know of it; empty where there is nothing
    record Resumes(Optional<String> note) implements ResumeChoice {}

    /// It boots.
    ///
    /// @param why a sentence; empty where nobody expects anything else
    record Boots(Optional<String> why) implements ResumeChoice {}

    /// The user's own word.
    enum Wish {
        /// `--resume`.
        ASKED,
        /// `resume = yes` in the config file.
        USUAL,
        NONE,
        /// `--no-resume`, or `resume = no` in the config file.
        FORBIDDEN
    }

    /// The user's word: the command line goes before the config file.
    ///
    /// @throws Failure when the config file has another word
    static Wish wish(Optional<Boolean> flag, UserConfig config) {
        Wish usual = switch (config.get("resume").orElse("")) {
            case "" -> Wish.NONE;
            case "yes" -> Wish.USUAL;
            case "no" -> Wish.FORBIDDEN;
            default ->
                throw Failure.usage("the config file sets resume to \"%s\"; expected yes or no"
                                .formatted(config.get("resume").get()))
                        .next("correct that line of it");
        };
        return flag.map(asked -> asked ? Wish.ASKED : Wish.FORBIDDEN).orElse(usual);
    }

    /// @param what the package, in the user's words
    /// @param declared by the package
    /// @param isSet whether the guest's clock and generator of random numbers are set when it goes on
    /// @throws Failure when the user asks for what the package forbids
    static ResumeChoice of(String what, Optional<ResumeDeclaration> declared, boolean isSet, Wish wish) {
        if (wish == Wish.FORBIDDEN) {
            return new Boots(Optional.empty());
        }
        if (declared.isEmpty()) {
            return undeclared(what, isSet, wish);
        }
        if (declared.get() instanceof ResumeDeclaration.Safe(boolean needsRandomness, boolean needsClock)) {
            return safe(what, isSet || !needsRandomness && !needsClock, wish);
        }
        if (wish == Wish.ASKED) {
            throw never(what, "--resume");
        }
        return new Boots(Optional.empty());
    }

    /// @param option that asks for it
    static Failure never(String what, String option) {
        return Failure.refused("never-resumed", what + " says that its guests must never be resumed")
                .next("leave out " + option);
    }

    private static ResumeChoice undeclared(String what, boolean isSet, Wish wish) {
        if (wish == Wish.NONE) {
            return new Boots(Optional.empty());
        }
        String same =
                what + " does not say that this is safe: what its program made before its first answer, such as keys"
                        + " and hash seeds, is the same in each guest of one snapshot";
        return new Resumes(Optional.of(isSet ? same : same + "; and " + notSet()));
    }

    private static ResumeChoice safe(String what, boolean enough, Wish wish) {
        if (enough) {
            return new Resumes(Optional.empty());
        }
        return wish == Wish.NONE
                ? new Boots(Optional.of(what + " boots: " + notSet() + "; --resume resumes it all the same"))
                : new Resumes(Optional.of("note: " + notSet()));
    }

    private static String notSet() {
        return "its kernel keeps the clock and the random numbers of the snapshot";
    }
}
