package dev.unipkg.registry.accounts;

import dev.unipkg.registry.problems.Denial;
import dev.unipkg.registry.problems.DeniedException;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.OptionalLong;

/// The caller of the current request. Resources ask it about the action, never about the path.
@ApplicationScoped
public class Caller {

    private final SecurityIdentity security;

    /// @param security stands for the identity of whichever request is at hand
    Caller(SecurityIdentity security) {
        this.security = security;
    }

    /// Whether the request had credentials; an anonymous token counts.
    boolean gaveCredentials() {
        return !security.isAnonymous();
    }

    public boolean isAnonymous() {
        return identity() instanceof Identity.Anonymous;
    }

    public boolean isAdministrator() {
        return identity() instanceof Identity.Administrator;
    }

    /// Whether packages of this namespace may be changed. Administrators may everywhere.
    public boolean mayPublish(String namespace) {
        return switch (identity()) {
            case Identity.Anonymous() -> false;
            case Identity.Publisher(var keyId, var own, var proof) -> own.equals(namespace);
            case Identity.Administrator(var keyId, var proof) -> true;
        };
    }

    /// @throws DeniedException unless [#mayPublish]
    public void requirePublisher(String namespace) {
        if (mayPublish(namespace)) {
            return;
        }
        throw new DeniedException(
                identity() instanceof Identity.Publisher(var keyId, var own, var proof)
                        ? new Denial.NotYourNamespace(namespace, own, Namespace.findById(namespace) != null)
                        : new Denial.NoCredentials());
    }

    /// The namespace that the caller's key publishes to; empty for an administrator's, which publishes to all.
    ///
    /// @throws DeniedException when the caller gave no key
    public Optional<String> requireAnyKey() {
        return switch (identity()) {
            case Identity.Anonymous() -> throw new DeniedException(new Denial.NoCredentials());
            case Identity.Publisher(var keyId, var namespace, var proof) -> Optional.of(namespace);
            case Identity.Administrator(var keyId, var proof) -> Optional.empty();
        };
    }

    /// @throws DeniedException unless the caller is an administrator
    public void requireAdministrator() {
        if (!isAdministrator()) {
            throw new DeniedException(isAnonymous() ? new Denial.NoCredentials() : new Denial.NotAdministrator());
        }
    }

    /// For actions whose effect outlasts a token, because a leaked token could otherwise be used to stay for
    /// ever.
    ///
    /// @throws DeniedException unless the caller gave a key itself
    void requireKey() {
        Identity.Proof proof = switch (identity()) {
            case Identity.Anonymous() -> throw new DeniedException(new Denial.NoCredentials());
            case Identity.Publisher(var keyId, var namespace, var shown) -> shown;
            case Identity.Administrator(var keyId, var shown) -> shown;
        };
        if (proof == Identity.Proof.TOKEN) {
            throw new DeniedException(new Denial.NotTheKey());
        }
    }

    Identity identity() {
        Identity known = security.getAttribute(ApiKeyIdentityProvider.IDENTITY);
        return known == null ? new Identity.Anonymous() : known;
    }

    OptionalLong keyId() {
        return switch (identity()) {
            case Identity.Anonymous() -> OptionalLong.empty();
            case Identity.Publisher(var keyId, var namespace, var proof) -> OptionalLong.of(keyId);
            case Identity.Administrator(var keyId, var proof) -> OptionalLong.of(keyId);
        };
    }
}
