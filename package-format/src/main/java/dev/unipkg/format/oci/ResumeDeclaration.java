package dev.unipkg.format.oci;

import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import java.util.List;
import java.util.Optional;

/// The declaration of a package about resuming: whether several guests may continue from one snapshot, taken after the
/// first answer. A package that declares nothing leaves the choice to the user. Configs write it as `{"safe": true}`,
/// with `"randomness": "none"` and `"clock": "any"` where they hold, or as `{"safe": false}`.
public sealed interface ResumeDeclaration {

    /// The value of `randomness` for a program that needs none of its own.
    String NO_RANDOMNESS = "none";

    /// The value of `clock` for a program to which any time is right.
    String ANY_CLOCK = "any";

    /// The program made nothing secret or unique before its first answer, or it makes it anew.
    ///
    /// @param needsRandomness whether the kernel's generator has to be reseeded before the first request
    /// @param needsClock whether the kernel's clock has to be set before the first request
    record Safe(boolean needsRandomness, boolean needsClock) implements ResumeDeclaration {}

    /// The program must boot each time.
    record Never() implements ResumeDeclaration {}

    /// Reads the value of the field `resume` of a config. A member that is not known is refused, since it could say
    /// that resuming is not safe.
    static ResumeDeclaration of(Fields fields) throws RefusedException {
        List<String> known = List.of("safe", "randomness", "clock");
        for (String member : fields.object().members().keySet()) {
            if (!known.contains(member)) {
                throw new DocumentRefusal.UnknownKey(fields.path(member), "expected one of " + String.join(", ", known))
                        .asException();
            }
        }
        boolean safe = fields.flag("safe");
        boolean noRandomness = says(fields, "randomness", NO_RANDOMNESS, safe);
        boolean anyClock = says(fields, "clock", ANY_CLOCK, safe);
        return safe ? new Safe(!noRandomness, !anyClock) : new Never();
    }

    private static boolean says(Fields fields, String member, String word, boolean safe) throws RefusedException {
        Optional<String> value = fields.optionalText(member);
        if (value.isPresent() && !safe) {
            throw fields.invalid(member, value.get(), "it beside \"safe\": true only");
        }
        if (value.isPresent() && !value.get().equals(word)) {
            throw fields.invalid(member, value.get(), word + " or no value");
        }
        return value.isPresent();
    }

    /// The value of the field `resume` of a config.
    default Json.Obj toJson() {
        return switch (this) {
            case Safe(boolean needsRandomness, boolean needsClock) ->
                Json.object()
                        .put("safe", true)
                        .putIfPresent("randomness", needsRandomness ? Optional.empty() : Optional.of(NO_RANDOMNESS))
                        .putIfPresent("clock", needsClock ? Optional.empty() : Optional.of(ANY_CLOCK))
                        .build();
            case Never() -> Json.object().put("safe", false).build();
        };
    }
}
