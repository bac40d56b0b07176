package dev.unipkg.registry.counts;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RepositoryName;
import dev.unipkg.format.Version;
import dev.unipkg.registry.rows.Sql;
import dev.unipkg.registry.wiring.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/// Finds the builds that a blob counts for: those whose config it is, or the kernel releases whose kernel file it is.
@ApplicationScoped
public class CountedBlobs {

    /// How many of the builds that share a blob are looked at without being asked for by digest.
    static final int NEWEST = 50;

    private static final String SELECT = """
            select r.id, v.version, b.arch, b.digest
            from build b join version v on v.id = b.version_id join repository r on r.id = v.repository_id
            where b.counted = ? and r.namespace = ? and r.name = ? and (? = '' or b.digest = ?)
            order by v.published_at desc, v.sort_key desc, b.arch limit ?
            """;

    private final Sql sql;
    private final boolean counting;

    CountedBlobs(Sql sql, Settings settings) {
        this.sql = sql;
        this.counting = settings.countDownloads();
    }

    /// The builds of a repository that the blob counts for, the newest version first and at most [#NEWEST]. There are
    /// none where this registry does not count.
    public List<CountedBuild> buildsOf(RepositoryName repository, Digest blob) {
        return counting ? select(repository, blob, "", NEWEST) : List.of();
    }

    /// The build that a GET of the blob is a download of: the one that the client names, else that of the newest
    /// version.
    ///
    /// @param newest the answer of [#buildsOf], not empty
    public CountedBuild choose(
            RepositoryName repository, Digest blob, List<CountedBuild> newest, Optional<Digest> named) {
        if (named.isEmpty()) {
            return newest.getFirst();
        }
        return newest.stream()
                .filter(build -> build.manifest().equals(named.get()))
                .findFirst()
                .or(() -> newest.size() < NEWEST
                        ? Optional.empty()
                        : select(repository, blob, named.get().toString(), 1).stream()
                                .findFirst())
                .orElse(newest.getFirst());
    }

    private List<CountedBuild> select(RepositoryName repository, Digest blob, String manifest, int limit) {
        return sql.query(
                SELECT,
                row -> new CountedBuild(
                        row.getLong(1),
                        new Version(row.getString(2)),
                        Arch.of(row.getString(3)),
                        Digest.parse(row.getString(4))),
                blob,
                repository.namespace(),
                repository.rest(),
                manifest,
                manifest,
                limit);
    }
}
