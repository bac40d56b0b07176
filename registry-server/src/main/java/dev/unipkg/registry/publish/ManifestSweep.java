package dev.unipkg.registry.publish;

import dev.unipkg.format.Digest;
import dev.unipkg.format.RepositoryName;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.registry.catalog.HotAnswers;
import dev.unipkg.registry.rows.Sql;
import dev.unipkg.registry.wiring.Settings;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Removes manifests that nothing names any more or yet: builds and indexes of packages and kernels after their
/// lease, others where the operator set a time for untagged ones.
@ApplicationScoped
public class ManifestSweep {

    private static final int AT_ONCE = 500;

    /// Whether the manifest `m` has been unnamed for long enough; takes a lease, the types that have one, the
    /// time for untagged manifests, and those types again.
    private static final String OVER = """
        ((m.unnamed_since < now() - make_interval(secs => ?) and coalesce(m.artifact_type, '') = any(?))
        or (m.unnamed_since < now() - make_interval(secs => ?::double precision)
            and coalesce(m.artifact_type, '') <> all(?)))
        """;

    private static final List<String> OURS = List.of(MediaTypes.PACKAGE, MediaTypes.KERNEL);

    private final Sql sql;
    private final RepositoryRow row;
    private final Removal removal;
    private final HotAnswers hotAnswers;
    private final Duration lease;
    private final Optional<Duration> untaggedFor;

    ManifestSweep(Sql sql, RepositoryRow row, Removal removal, HotAnswers hotAnswers, Settings settings) {
        this.sql = sql;
        this.row = row;
        this.removal = removal;
        this.hotAnswers = hotAnswers;
        this.lease = settings.lease();
        this.untaggedFor = settings.sweep().untaggedFor();
    }

    private record Unnamed(Long repository, RepositoryName name, Digest digest) {}

    /// Removes what has been unnamed for long enough, one repository after the other, each locked only
    /// meanwhile.
    ///
    /// @return how many manifests are gone
    public long sweep() {
        long all = 0;
        List<Unnamed> unnamed;
        do {
            Map<Long, List<Unnamed>> byRepository = new TreeMap<>();
            unnamed = sql.query(
                    """
                    select m.repository_id, r.namespace, r.name, m.digest
                    from manifest m join repository r on r.id = m.repository_id
                    where m.unnamed_since is not null and %s order by m.unnamed_since limit ?
                    """.formatted(OVER),
                    result -> new Unnamed(
                            result.getLong(1),
                            new RepositoryName(result.getString(2), result.getString(3)),
                            Digest.parseAny(result.getString(4))),
                    lease,
                    OURS,
                    untaggedFor,
                    OURS,
                    AT_ONCE);
            unnamed.forEach(one -> byRepository
                    .computeIfAbsent(one.repository(), _ -> new java.util.ArrayList<>())
                    .add(one));
            for (List<Unnamed> group : byRepository.values()) {
                all += sweep(group);
            }
        } while (unnamed.size() == AT_ONCE);
        return all;
    }

    private long sweep(List<Unnamed> group) {
        Long repository = group.getFirst().repository();
        List<Digest> digests = group.stream().map(Unnamed::digest).toList();
        var gone = QuarkusTransaction.joiningExisting().call(() -> {
            row.lock(repository);
            sql.update("""
                update manifest m set unnamed_since = null
                where m.repository_id = ? and m.digest = any(?) and %s
                """.formatted(Removal.NAMED), repository, digests);
            // Locked, so that a publisher who asks for one now is told that it is gone.
            List<Digest> over = sql.digests("""
                select m.digest from manifest m where m.repository_id = ? and m.digest = any(?)
                and m.unnamed_since is not null and %s for update
                """.formatted(OVER), repository, digests, lease, OURS, untaggedFor, OURS);
            return removal.drop(repository, over);
        });
        hotAnswers.changed(
                group.getFirst().name(), gone.stream().map(Digest::toString).toList());
        return gone.size();
    }
}
