package dev.unipkg.format;

import static dev.unipkg.format.Refusal.quoted;

/// Why a name is not taken: it is outside its grammar, reserved, or could be mistaken for another.
public sealed interface NameRefusal extends Refusal {

    /// A name, namespace, version, tag, digest or reference outside its grammar.
    ///
    /// @param what which of them
    /// @param text what was given
    /// @param rule what was expected
    record InvalidName(String what, String text, String rule) implements NameRefusal {}

    /// A new name that shares its [skeleton][PackageName#skeleton] with one that exists.
    record ConfusableName(String name, String existing) implements NameRefusal {}

    /// A name that only the registry itself may use.
    record ReservedName(String name) implements NameRefusal {}

    /// A version with the name of a well-known movable tag.
    record MovingVersion(String text) implements NameRefusal {}

    @Override
    default String sentence() {
        return switch (this) {
            case InvalidName(var what, var text, var rule) ->
                "not a " + what + ": " + quoted(text) + "; expected " + rule;
            case ConfusableName(var name, var existing) ->
                quoted(name) + " could be mistaken for " + quoted(existing) + ", which exists; choose another name";
            case ReservedName(var name) -> quoted(name) + " is reserved for the registry itself; choose another name";
            case MovingVersion(var text) ->
                quoted(text) + " is a tag, which moves, and no version; expected a version such as 1.2.3";
        };
    }
}
