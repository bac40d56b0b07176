package dev.unipkg.registry.catalog;

import dev.unipkg.format.Digest;
import dev.unipkg.registry.rows.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// The manifests of a repository that refer to another one as their subject.
@ApplicationScoped
public class Referrers {

    // Descriptors carry annotations, so one of them can be as large as a manifest.
    private static final int PAGE = 100;
    private static final int PAGE_BYTES = 2 << 20;

    private final Sql sql;

    Referrers(Sql sql) {
        this.sql = sql;
    }

    /// A part of the list of referrers.
    ///
    /// @param descriptors of the manifests, JSON
    /// @param next the cursor behind which the next part begins; absent after the last
    public record Part(List<String> descriptors, OptionalLong next) {

        /// The list of what nothing refers to.
        public static final Part NONE = new Part(List.of(), OptionalLong.empty());
    }

    /// A manifest on a page.
    ///
    /// @param candidates how many manifests the page was chosen from
    private record Referrer(long id, String descriptor, long candidates) {}

    /// The referrers of a subject in the order of their pushes, those behind the cursor `after`. One candidate
    /// more than fits tells that there is a next part. The database counts bytes before it reads a descriptor,
    /// so that a part holds [#PAGE_BYTES] and one descriptor at most.
    public Part of(Repository repository, Digest subject, Optional<String> artifactType, long after) {
        List<Referrer> found = sql.query(
                """
                select id, referrer, candidates from (
                    select id, referrer, count(*) over () as candidates,
                        sum(octet_length(referrer)) over (order by id) - octet_length(referrer) as before
                    from (select id, referrer from manifest
                        where repository_id = ? and subject = ? and id > ?
                        and (?::text is null or kind = ?)
                        order by id limit ?) as candidate) as counted
                where before < ? order by id
                """,
                row -> new Referrer(row.getLong(1), row.getString(2), row.getLong(3)),
                repository.id,
                subject,
                after,
                artifactType,
                artifactType,
                PAGE + 1,
                PAGE_BYTES);
        List<Referrer> shown = found.subList(0, Math.min(PAGE, found.size()));
        boolean more = !shown.isEmpty() && shown.size() < shown.getFirst().candidates();
        return new Part(
                shown.stream().map(Referrer::descriptor).toList(),
                more ? OptionalLong.of(shown.getLast().id()) : OptionalLong.empty());
    }
}
