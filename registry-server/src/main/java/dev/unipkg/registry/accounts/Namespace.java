package dev.unipkg.registry.accounts;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/// A first part of package names, and whom its packages belong to: the holders of its API keys.
@Entity
@Table(name = "namespace")
public class Namespace extends PanacheEntityBase {

    @Id
    public String name = "";

    /// What confusable spellings share; unique, so that no two namespaces can be mistaken for each other.
    public String skeleton = "";

    public Instant created = Instant.EPOCH;
}
