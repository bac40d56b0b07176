package dev.unipkg.registry.problems;

import dev.unipkg.api.Problem;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.NameRefusal;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// A reason to say no, ready to be answered in either of the two forms clients read.
///
/// @param verdict its status and the code of the OCI API
/// @param code a stable word for programs
/// @param detail one sentence for a person
/// @param field the field, parameter or header it is about
/// @param rule what was expected of that field
public record Reason(Verdict verdict, String code, String detail, Optional<String> field, Optional<String> rule) {

    /// Records whose code is that of the refusal in them, or tells the kind of thing.
    private static final Set<Class<?>> NAMED_OTHERWISE =
            Set.of(DocumentRefusal.AtLine.class, DocumentRefusal.InFile.class, Rejection.NotFound.class);

    /// Escapes the texts, since parts of them come from outside and may act on a terminal or a log.
    public Reason {
        detail = Refusal.escaped(detail);
        field = field.map(Refusal::escaped);
        rule = rule.map(Refusal::escaped);
    }

    public static Reason of(Refusal refusal) {
        Reason reason = of(Verdict.of(refusal), refusal.code(), refusal.message());
        return switch (refusal) {
            case NameRefusal.InvalidName(var what, var text, var rule) -> reason.about(what, rule);
            case DocumentRefusal.InvalidValue(var path, var value, var rule) -> reason.about(path, rule);
            case DocumentRefusal.WrongType(var path, var rule, var actual) -> reason.about(path, rule);
            // The folder of the registry is written to its log only.
            case ContentRefusal.DiskFull(var where, var needed, var missing) ->
                of(
                        Verdict.of(refusal),
                        refusal.code(),
                        "the registry has no room for " + needed + " bytes"
                                + (missing < needed ? ": " + missing + " bytes are missing" : ""));
            case DocumentRefusal.MissingField(var path) -> reason.about(path, "to be there");
            case ProgramRefusal.ImpossibleSetting(var setting, var rule) -> reason.about(setting, rule);
            default -> reason;
        };
    }

    public static Reason of(Denial denial) {
        return of(Verdict.of(denial), denial.code(), denial.message());
    }

    public static Reason of(Rejection rejection) {
        Reason reason = of(Verdict.of(rejection), rejection.code(), rejection.message());
        return rejection instanceof Rejection.BadRequest(var field, var rule) ? reason.about(field, rule) : reason;
    }

    /// The codes of all reasons there are.
    static Set<String> codes() {
        Set<String> codes = new TreeSet<>();
        Stream.of(Refusal.class, Denial.class, Rejection.class)
                .flatMap(Reason::records)
                .filter(record -> !NAMED_OTHERWISE.contains(record))
                .forEach(record -> codes.add(Refusal.codeOf(record)));
        Stream.of(Rejection.Thing.values()).forEach(thing -> codes.add(thing.absent()));
        return codes;
    }

    private static Stream<Class<?>> records(Class<?> reason) {
        return reason.isSealed()
                ? Stream.of(reason.getPermittedSubclasses()).flatMap(Reason::records)
                : Stream.of(reason);
    }

    /// The HTTP status code.
    public int status() {
        return verdict.status();
    }

    /// The problem document (RFC 9457), for all APIs but OCI's.
    public Problem problem() {
        String words = code.replace('-', ' ');
        String title = Character.toUpperCase(words.charAt(0)) + words.substring(1);
        return new Problem(Problem.TYPES + code, title, status(), detail, field, rule);
    }

    /// The document for clients of the OCI API.
    public OciErrors ociErrors() {
        OciErrors.OciErrorDetail more = new OciErrors.OciErrorDetail(code, field, rule);
        return new OciErrors(List.of(new OciErrors.OciError(verdict.ociCode(), detail, more)));
    }

    private static Reason of(Verdict verdict, String code, String detail) {
        return new Reason(verdict, code, detail, Optional.empty(), Optional.empty());
    }

    private Reason about(String aboutField, String itsRule) {
        return new Reason(verdict, code, detail, Optional.of(aboutField), Optional.of(itsRule));
    }
}
