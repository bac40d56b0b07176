package dev.unipkg.registry.catalog;

import dev.unipkg.format.PackageName;
import dev.unipkg.format.RepositoryName;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A name that manifests were pushed under. It becomes a package or a kernel family with its first version.
@Entity
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
public class Repository extends PanacheEntityBase {

    /// The kind of a repository's versions.
    public enum Kind {
        PLAIN,
        PACKAGE,
        KERNEL
    }

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    public Long id;

    public String namespace;

    /// The name behind the namespace; empty for a repository of one part, with slashes for one of three.
    public String name;

    public String skeleton;

    @Enumerated(EnumType.STRING)
    public Kind kind;

    public @Nullable String description;

    public @Nullable String licenses;

    public @Nullable String source;

    public @Nullable String documentation;

    /// How many there are.
    public long versions;

    @Column(name = "updated_at")
    public Instant updatedAt;

    /// The repository of this name, whatever it holds.
    public static Optional<Repository> named(RepositoryName name) {
        return find("namespace = ?1 and name = ?2", name.namespace(), name.rest())
                .firstResultOptional();
    }

    /// The repository of this name where it holds versions of this kind.
    public static Optional<Repository> named(PackageName name, Kind kind) {
        return named(RepositoryName.of(name)).filter(repository -> repository.kind == kind);
    }

    /// The name as one value.
    public RepositoryName repositoryName() {
        return new RepositoryName(namespace, name);
    }

    /// The name of the package or kernel family, where it has versions.
    public PackageName packageName() {
        return new PackageName(namespace, name);
    }
}
