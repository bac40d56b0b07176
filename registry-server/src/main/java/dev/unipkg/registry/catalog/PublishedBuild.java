package dev.unipkg.registry.catalog;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.List;

/// A version's build for one architecture.
@Entity
@Table(name = "build")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
public class PublishedBuild extends PanacheEntityBase {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    public Long id;

    @Column(name = "version_id")
    public Long versionId;

    public String arch;

    /// The digest of the build's manifest.
    public String digest;

    /// The size of all layers as stored, in bytes.
    public long size;

    /// The image config as its publisher wrote it, JSON.
    public String config;

    /// The builds of a version, by architecture.
    public static List<PublishedBuild> of(PublishedVersion version) {
        return list("versionId = ?1 order by arch", version.id);
    }
}
