package dev.unipkg.registry.catalog;

import dev.unipkg.format.Digest;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A name for one manifest of a repository. The tag of a version is bound to it and never moves; the others do.
@Entity
@Table(name = "tag")
@IdClass(NamedTag.Key.class)
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
public class NamedTag extends PanacheEntityBase {

    /// The primary key of a tag.
    public record Key(Long repositoryId, String name) implements Serializable {}

    /// The one column that a list of tags needs.
    record Name(String name) {}

    @Id
    @Column(name = "repository_id")
    public Long repositoryId;

    @Id
    public String name;

    /// The manifest that the tag points at.
    public Digest digest;

    /// The version whose own tag this is; null where the tag moves.
    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "version_id")
    public @Nullable PublishedVersion version;

    @Column(name = "updated_at")
    public Instant updatedAt;

    /// The tag of this name in a repository.
    public static Optional<NamedTag> in(Repository repository, String name) {
        return findByIdOptional(new Key(repository.id, name));
    }

    /// Names of tags after `last`, in ASCII order, at most `limit`.
    public static List<String> names(Repository repository, String last, int limit) {
        return find("repositoryId = ?1 and name > ?2 order by name", repository.id, last)
                .page(0, limit)
                .project(Name.class)
                .stream()
                .map(Name::name)
                .toList();
    }
}
