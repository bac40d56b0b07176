package dev.unipkg.registry.accounts;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;

/// A first part of package names, and whom its packages belong to: the holders of its API keys.
@Entity
@Table(name = "namespace")
public class Namespace extends PanacheEntityBase {

    @Id
    public String name = "";

    /// The name with confusable characters folded; unique, so that no two namespaces can be mistaken for each
    /// other.
    public String skeleton = "";

    public Instant created = Instant.EPOCH;

    /// The one namespace with this skeleton.
    static Namespace withSkeleton(String skeleton) {
        return Namespace.<Namespace>find("skeleton", skeleton).singleResult();
    }

    /// The namespaces behind `name`, by name, at most `limit`.
    static List<Namespace> after(String name, int limit) {
        return find("name > ?1 order by name", name).page(0, limit).list();
    }
}
