package dev.unipkg.registry.unikraft;

import dev.unipkg.api.UnikraftInfo;
import dev.unipkg.api.UnikraftInfo.UnikraftKernel;
import dev.unipkg.api.UnikraftInfo.UnikraftTag;
import dev.unipkg.api.UnikraftSummary;
import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.UnikraftIndex;
import dev.unipkg.registry.catalog.Repository;
import dev.unipkg.registry.rows.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The Unikraft images that tags name. Repositories with names of two parts are listed.
@ApplicationScoped
public class UnikraftCatalog {

    /// How many tags of an image are told of; the OCI API lists all of them in pages.
    private static final int MAX_TAGS = 200;

    // Content of others may be named by a SHA-512, which no document here has.
    private static final String NAMED = """
            from repository r
            join tag t on t.repository_id = r.id
            join manifest m on m.repository_id = r.id and m.digest = t.digest and m.digest like 'sha256:%'
            join unikraft_kernel k on k.manifest_id = m.id and k.digest like 'sha256:%'
            """;

    private static final String LIST = """
            select r.namespace || '/' || r.name as name, max(t.updated_at) as updated,
                array_agg(distinct k.platform || '/' || k.arch) as platforms,
                array_remove(array_agg(distinct k.kernel_version), null) as versions
            """ + NAMED + """
            where r.name <> '' and position('/' in r.name) = 0 and (r.namespace, r.name) > (?, ?)
                and not exists (select 1 from unnest(string_to_array(?, ' ')) word
                    where position(word in lower(r.namespace || '/' || r.name)) = 0)
            group by r.namespace, r.name order by r.namespace, r.name limit ?
            """;

    private static final String TAGS = """
            select t.name as tag, t.digest as index, t.updated_at, k.digest, k.platform, k.arch, k.kernel_version
            """ + NAMED + """
            where r.namespace = ? and r.name = ? and t.name in (
                select name from tag where repository_id = r.id order by name limit ?)
            order by t.name, k.position
            """;

    private final Sql sql;

    UnikraftCatalog(Sql sql) {
        this.sql = sql;
    }

    /// Notes what an index, whose manifest is recorded, says of its kernels.
    @Transactional(value = Transactional.TxType.MANDATORY, rollbackOn = Exception.class)
    public void insert(Repository repository, Digest digest, UnikraftIndex image) {
        for (int i = 0; i < image.builds().size(); i++) {
            UnikraftIndex.Build build = image.builds().get(i);
            sql.update(
                    """
                    insert into unikraft_kernel (manifest_id, position, digest, platform, arch, kernel_version)
                    select id, ?, ?, ?, ?, ? from manifest where repository_id = ? and digest = ?
                    on conflict do nothing
                    """,
                    i,
                    build.manifest().digest(),
                    build.monitor(),
                    build.architecture(),
                    build.kernelVersion(),
                    repository.id,
                    digest);
        }
    }

    /// Images behind the one of this name, by name, at most `limit`.
    ///
    /// @param words that all stand in the name, in lower case
    /// @param after `namespace/name`; empty for the first images
    public List<UnikraftSummary> find(List<String> words, String after, int limit) {
        int slash = after.indexOf('/');
        return sql.query(
                LIST,
                UnikraftCatalog::summary,
                slash < 0 ? after : after.substring(0, slash),
                slash < 0 ? "" : after.substring(slash + 1),
                String.join(" ", words),
                limit);
    }

    /// The image of this name; empty where no tag there names one.
    public Optional<UnikraftInfo> info(String namespace, String name) {
        Map<String, UnikraftTag> tags = new LinkedHashMap<>();
        sql.query(
                TAGS,
                row -> tags.merge(row.getString("tag"), tag(row), UnikraftCatalog::joined),
                namespace,
                name,
                MAX_TAGS);
        return tags.isEmpty()
                ? Optional.empty()
                : Optional.of(new UnikraftInfo(namespace + "/" + name, List.copyOf(tags.values())));
    }

    private static UnikraftTag joined(UnikraftTag tag, UnikraftTag next) {
        List<UnikraftKernel> kernels = new ArrayList<>(tag.kernels());
        kernels.addAll(next.kernels());
        return new UnikraftTag(tag.tag(), tag.digest(), tag.updated(), kernels);
    }

    private static UnikraftTag tag(ResultSet row) throws SQLException {
        UnikraftKernel kernel = new UnikraftKernel(
                row.getString("platform"),
                row.getString("arch"),
                Optional.ofNullable(row.getString("kernel_version")),
                Digest.parse(row.getString("digest")));
        Instant updated = row.getTimestamp("updated_at").toInstant();
        return new UnikraftTag(row.getString("tag"), Digest.parse(row.getString("index")), updated, List.of(kernel));
    }

    private static UnikraftSummary summary(ResultSet row) throws SQLException {
        return new UnikraftSummary(
                row.getString("name"),
                texts(row, "platforms"),
                texts(row, "versions"),
                row.getTimestamp("updated").toInstant());
    }

    private static List<String> texts(ResultSet row, String column) throws SQLException {
        return List.of((String[]) row.getArray(column).getArray());
    }
}
