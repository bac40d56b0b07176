package dev.unipkg.registry.catalog;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One layer of a build, bottom first; for a kernel release, one of its files.
@Entity
@Table(name = "build_layer")
@IdClass(BuildLayer.Key.class)
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
public class BuildLayer extends PanacheEntityBase {

    /// The primary key of a build's layer.
    public record Key(Long buildId, int position) implements Serializable {}

    @Id
    @Column(name = "build_id")
    public Long buildId;

    @Id
    public int position;

    /// The layer's kind (`runtime`, `libs`, `config`), or the title of a kernel release's file.
    public String label;

    public String digest;

    /// In bytes, as stored.
    public long size;

    /// The digest of the layer unpacked; absent for a kernel release's file.
    @Column(name = "diff_id")
    public @Nullable String diffId;

    /// The layers of a build, bottom first.
    public static List<BuildLayer> of(PublishedBuild build) {
        return list("buildId = ?1 order by position", build.id);
    }
}
