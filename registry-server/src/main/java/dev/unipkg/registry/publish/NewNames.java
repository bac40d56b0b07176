package dev.unipkg.registry.publish;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.unipkg.format.NameRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.RepositoryName;
import dev.unipkg.registry.accounts.Namespace;
import dev.unipkg.registry.catalog.Repository;
import dev.unipkg.registry.problems.RejectedException;
import dev.unipkg.registry.problems.Rejection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;

/// Which names a repository may newly have. The database's unique constraint on the skeleton decides between
/// two that come at once; this says it in words, and once more before any content is read.
@ApplicationScoped
public class NewNames {

    private static final int REMEMBERED = 10_000;
    private static final Duration FOR = Duration.ofMinutes(1);

    private final Cache<RepositoryName, Boolean> distinct =
            Caffeine.newBuilder().maximumSize(REMEMBERED).expireAfterWrite(FOR).build();

    /// Refuses early, before bytes are sent. The answer may be some seconds old; [#requireDistinct] decides.
    ///
    /// @throws RefusedException where the name could be mistaken for another one that exists
    /// @throws RejectedException where there is no such namespace
    public void requireDistinctSoFar(RepositoryName name) throws RefusedException {
        if (distinct.getIfPresent(name) == null) {
            requireDistinct(name);
            distinct.put(name, true);
        }
    }

    /// @throws RefusedException where the name could be mistaken for another one that exists
    /// @throws RejectedException where there is no such namespace
    public void requireDistinct(RepositoryName name) throws RefusedException {
        requireNamespace(name.namespace());
        Optional<Repository> confusable = Repository.<Repository>find("skeleton", name.skeleton())
                .firstResultOptional()
                .filter(existing -> !existing.repositoryName().equals(name));
        if (confusable.isPresent()) {
            throw new NameRefusal.ConfusableName(
                            name.toString(), confusable.get().repositoryName().toString())
                    .asException();
        }
    }

    // An administrator may push anywhere, but not to a name that could not be a namespace.
    private static void requireNamespace(String namespace) {
        if (Namespace.findById(namespace) == null) {
            throw new Rejection.NotFound(Rejection.Thing.NAMESPACE, namespace).asException();
        }
    }
}
