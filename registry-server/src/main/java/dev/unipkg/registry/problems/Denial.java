package dev.unipkg.registry.problems;

import dev.unipkg.format.Refusal;

/// Why a caller may not do something.
public sealed interface Denial {

    /// The request needs credentials and has none.
    record NoCredentials() implements Denial {}

    /// The credentials are not valid. The answer does not tell whether they ever were.
    record BadCredentials() implements Denial {}

    /// The caller's key is for another namespace.
    ///
    /// @param own the namespace that the key publishes to
    /// @param exists whether there is such a namespace as the caller named
    record NotYourNamespace(String namespace, String own, boolean exists) implements Denial {}

    /// Only administrators may do this.
    record NotAdministrator() implements Denial {}

    /// The caller gave a token made from a key, where only the key itself will do.
    record NotTheKey() implements Denial {}

    /// One sentence for a person.
    default String message() {
        return switch (this) {
            case NoCredentials() -> "this needs an API key; give one as `Authorization: Bearer upk_…`";
            case BadCredentials() -> "the API key or token is unknown, expired or revoked";
            case NotYourNamespace(var namespace, var own, var exists) ->
                (exists
                                ? "your API key publishes to the namespace " + own + ", not to " + namespace
                                : "there is no namespace " + namespace + " here; your API key publishes to " + own)
                        + ". Name the package " + own + "/…, or ask an administrator for a key: "
                        + (exists ? "" : "pkg namespace create " + namespace + ", then ")
                        + "pkg key create " + namespace;
            case NotAdministrator() -> "only an administrator's API key may do this";
            case NotTheKey() -> "this needs the API key itself, not a token made from it";
        };
    }

    /// A stable word for programs, as of a [refusal][Refusal#code].
    default String code() {
        return Refusal.codeOf(getClass());
    }
}
