package dev.unipkg.registry.publish;

import dev.unipkg.format.NameRefusal;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.registry.catalog.Repository;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/// Which names a repository may newly have. The database's unique constraint on the skeleton decides between
/// two that come at once; this says it earlier, and in words.
@ApplicationScoped
public class NewNames {

    /// @throws RefusedException where the name could be mistaken for another one that exists
    public void requireDistinct(PackageName name) throws RefusedException {
        Optional<Repository> confusable = Repository.<Repository>find("skeleton", name.skeleton())
                .firstResultOptional()
                .filter(existing -> !existing.packageName().equals(name));
        if (confusable.isPresent()) {
            throw new NameRefusal.ConfusableName(
                            name.toString(), confusable.get().packageName().toString())
                    .asException();
        }
    }
}
