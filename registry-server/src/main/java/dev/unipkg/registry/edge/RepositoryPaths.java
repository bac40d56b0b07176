package dev.unipkg.registry.edge;

import dev.unipkg.format.PackageName;
import dev.unipkg.format.RepositoryName;
import dev.unipkg.registry.wiring.Settings;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Takes the paths of repositories whose names no package can have, where the operator allows such
/// repositories.
///
/// Resources and caches expect a namespace and one more part, so they get such a path with all that follows
/// the namespace as one encoded part: `/v2/a/b/c/tags/list` becomes `/v2/a/%2Fb%2Fc/tags/list`, and
/// `/v2/a/tags/list` becomes `/v2/a/%2F/tags/list`. Clients cannot send that form, because encoded slashes
/// are refused, so each repository has one address.
@Singleton
class RepositoryPaths {

    private static final String SENT = RepositoryPaths.class.getName();
    private static final String SLASH = "%2F";

    /// No namespace: the paths below it are those that ops asks for.
    private static final String OF_OPS = "packages";

    /// A name, and what follows the name of a repository. The name takes all parts that it can.
    private static final Pattern PATH = Pattern.compile("/v2/([a-z0-9._/-]{1," + RepositoryName.MAX_LENGTH + "})"
            + "(/(?:tags/list|blobs/uploads/|blobs/uploads/[^/]+|(?:blobs|manifests|referrers)/[^/]+))");

    private final boolean allowed;

    RepositoryPaths(Settings settings) {
        this.allowed = settings.oci().plainRepositories();
    }

    /// Begins the request anew with the path for the resources where it is for such a repository.
    void address(RoutingContext context) {
        String path = context.request().path();
        Optional<String> inner = allowed && path != null && context.get(SENT) == null ? inner(path) : Optional.empty();
        if (inner.isEmpty()) {
            context.next();
            return;
        }
        context.put(SENT, path);
        String query = context.request().query();
        context.reroute(query == null ? inner.get() : inner.get() + "?" + query);
    }

    /// The path for the resources; empty where it is the same, or names no repository.
    static Optional<String> inner(String path) {
        Matcher parts = PATH.matcher(path);
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            RepositoryName name = RepositoryName.parse(parts.group(1));
            return name.packageName().isPresent() || name.namespace().equals(OF_OPS)
                    ? Optional.empty()
                    : Optional.of("/v2/" + name.namespace() + "/" + SLASH
                            + name.rest().replace("/", SLASH) + parts.group(2));
        } catch (IllegalArgumentException e) {
            // The resource, or the absence of one, tells the client.
            return Optional.empty();
        }
    }

    /// The path that the client sent.
    static @Nullable String sent(RoutingContext context) {
        String sent = context.get(SENT);
        return sent == null ? context.request().path() : sent;
    }

    /// The path that a client would have to send.
    static String outer(String path) {
        return path.replace("/" + SLASH + "/", "/").replace("/" + SLASH, "/").replace(SLASH, "/");
    }

    /// The repository that two parts of a path name.
    ///
    /// @throws IllegalArgumentException where they name none
    static RepositoryName repository(String namespace, String part) {
        return part.startsWith(SLASH)
                ? new RepositoryName(namespace, part.substring(SLASH.length()).replace(SLASH, "/"))
                : RepositoryName.of(new PackageName(namespace, part));
    }
}
