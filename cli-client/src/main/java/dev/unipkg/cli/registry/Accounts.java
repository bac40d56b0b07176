package dev.unipkg.cli.registry;

import dev.unipkg.format.api.KeyInfo;
import dev.unipkg.format.api.KeyList;
import dev.unipkg.format.api.NamespaceInfo;
import dev.unipkg.format.api.NamespaceList;
import dev.unipkg.format.json.Json;
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
        Json document = Json.object().put("name", name).build();
        Registry.Sent<NamespaceInfo> sent =
                registry.send("/namespaces", document, "namespace " + name, NamespaceInfo::read);
        return new Created(sent.answer(), !sent.created());
    }

    /// Reads one page of the namespaces, by name.
    public NamespaceList namespaces(int limit, Optional<String> after) throws IOException {
        return registry.findAsMe("/namespaces" + Catalog.page(limit, after), "namespaces", NamespaceList::read);
    }

    /// Creates a key; the answer alone has its text.
    ///
    /// @param namespace that it publishes to; empty for an administrator's
    public KeyInfo createKey(Optional<String> namespace, String description, Optional<Instant> expires)
            throws IOException {
        Json document = Json.object()
                .putIfPresent("namespace", namespace)
                .put("description", description)
                .putIfPresent("expires", expires)
                .build();
        return registry.send("/keys", document, "key for " + namespace.orElse("an administrator"), KeyInfo::read)
                .answer();
    }

    /// Reads one page of the keys that the caller may revoke, by id.
    public KeyList keys(int limit, Optional<String> after) throws IOException {
        return registry.findAsMe("/keys" + Catalog.page(limit, after), "keys", KeyList::read);
    }

    /// Ends a key at once.
    public void revokeKey(String id) throws IOException {
        registry.delete("/keys/" + id, "key " + id);
    }
}
