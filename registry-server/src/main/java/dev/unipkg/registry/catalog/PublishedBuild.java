package dev.unipkg.registry.catalog;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Table;
import java.util.ArrayList;
import java.util.List;

/// A version's build for one architecture.
@Entity
@Table(name = "build")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
public class PublishedBuild extends PanacheEntityBase {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    public Long id;

    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "version_id")
    public PublishedVersion version;

    public Arch arch;

    /// The digest of the build's manifest.
    public Digest digest;

    /// The size of all layers as stored, in bytes.
    public long size;

    /// The image config as its publisher wrote it, JSON.
    public String config;

    /// The blob whose last byte makes a download of the build.
    public Digest counted;

    /// Its layers, bottom first.
    @ElementCollection
    @CollectionTable(name = "build_layer", joinColumns = @JoinColumn(name = "build_id"))
    @OrderColumn(name = "position")
    public List<BuildLayer> layers = new ArrayList<>();

    /// The builds of a version with their layers, by architecture.
    public static List<PublishedBuild> of(PublishedVersion version) {
        return list("from PublishedBuild b left join fetch b.layers where b.version = ?1 order by b.arch", version);
    }

    /// The build of this id with its layers.
    public static PublishedBuild withLayers(long id) {
        return PublishedBuild.<PublishedBuild>find(
                        "from PublishedBuild b left join fetch b.layers join fetch b.version v join fetch v.repository"
                                + " where b.id = ?1",
                        id)
                .singleResult();
    }
}
