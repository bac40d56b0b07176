package dev.unipkg.cli.registry;

import dev.unipkg.api.ApiList;
import dev.unipkg.api.KeyInfo;
import dev.unipkg.api.NamespaceInfo;
import dev.unipkg.api.NewKey;
import dev.unipkg.api.NewNamespace;
import dev.unipkg.api.Page;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/// Namespaces and API keys in the native API of a registry, as they are for the owner of the credential that is kept.
public final class Accounts {
    private final Registry registry;

    public Accounts(Registry registry) {
        this.registry = registry;
    }

    /// A namespace that was created.
    ///
    /// @param alreadyThere whether it existed before
    public record Created(NamespaceInfo namespace, boolean alreadyThere) {}

    /// Creates a namespace, or finds it where it exists under just this name.
    public Created createNamespace(String name) throws IOException {
        Registry.Sent<NamespaceInfo> sent =
                registry.send("/namespaces", new NewNamespace(name), "namespace " + name, NamespaceInfo.class);
        return new Created(sent.answer(), !sent.created());
    }

    /// Reads one page of the namespaces, by name.
    public Page<NamespaceInfo> namespaces(int limit, Optional<String> after) throws IOException {
        return registry.findAsMe(
                "/namespaces" + CatalogClient.page(limit, after), "namespaces", ApiList.NAMESPACES::read);
    }

    /// Creates a key; the answer alone has its text.
    ///
    /// @param namespace that it publishes to; empty for an administrator's
    public KeyInfo createKey(Optional<String> namespace, String description, Optional<Instant> expires)
            throws IOException {
        NewKey key = new NewKey(namespace, Optional.of(description), expires);
        return registry.send("/keys", key, "key for " + namespace.orElse("an administrator"), KeyInfo.class)
                .answer();
    }

    /// Reads one page of the keys that the caller may revoke, by id.
    public Page<KeyInfo> keys(int limit, Optional<String> after) throws IOException {
        return registry.findAsMe("/keys" + CatalogClient.page(limit, after), "keys", ApiList.KEYS::read);
    }

    /// Ends a key at once.
    public void revokeKey(String id) throws IOException {
        registry.delete("/keys/" + id, "key " + id);
    }
}
