package dev.unipkg.cli.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unipkg.api.ApiList;
import dev.unipkg.api.FileInfo;
import dev.unipkg.api.KernelFamilyInfo;
import dev.unipkg.api.PackageInfo;
import dev.unipkg.api.PackageSummary;
import dev.unipkg.api.Page;
import dev.unipkg.api.VersionInfo;
import dev.unipkg.api.VersionSummary;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.format.Arch;
import dev.unipkg.format.PackageName;
import java.io.IOException;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The native API of our registry: what there is to find. Empty answers mean that the thing, or the API, is not there.
public final class CatalogClient {
    private static final int PAGE = 200;
    private static final int FILES = 500_000;

    private final Registry registry;

    public CatalogClient(Registry registry) {
        this.registry = registry;
    }

    /// The criteria for a list of packages.
    ///
    /// @param sort the order; by name where it is empty
    /// @param after the cursor of an earlier page
    public record Query(
            Optional<String> text,
            Optional<String> namespace,
            Optional<Arch> arch,
            Optional<String> sort,
            int limit,
            Optional<String> after) {}

    /// One page of packages.
    public Page<PackageSummary> packages(Query query) throws IOException {
        Map<String, String> parameters = new TreeMap<>();
        query.text().ifPresent(text -> parameters.put("q", text));
        query.namespace().ifPresent(namespace -> parameters.put("namespace", namespace));
        query.arch().ifPresent(arch -> parameters.put("arch", arch.toString()));
        query.sort().ifPresent(sort -> parameters.put("sort", sort));
        query.after().ifPresent(after -> parameters.put("after", after));
        parameters.put("limit", Integer.toString(query.limit()));
        return registry.find("/packages" + encoded(parameters), ApiList.PACKAGES::read)
                .orElseThrow(this::noCatalog);
    }

    /// Asks whether there is a catalog, where one thing was not in it.
    ///
    /// @throws Failure where the registry has none
    public void require() throws IOException {
        packages(
                new Query(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), 1, Optional.empty()));
    }

    public Optional<PackageInfo> info(PackageName name) throws IOException {
        return registry.find("/packages/" + name, PackageInfo.class);
    }

    /// One page of versions, the newest first.
    public Optional<Page<VersionSummary>> versions(PackageName name, int limit, Optional<String> after)
            throws IOException {
        return registry.find("/packages/" + name + "/versions" + page(limit, after), ApiList.VERSIONS::read);
    }

    public Optional<VersionInfo> version(PackageName name, String versionOrTag) throws IOException {
        return registry.find("/packages/%s/versions/%s".formatted(name, encode(versionOrTag)), VersionInfo.class);
    }

    /// Every file of a build.
    public Optional<List<FileInfo>> files(PackageName name, String versionOrTag, Arch arch) throws IOException {
        List<FileInfo> files = new ArrayList<>();
        Optional<String> after = Optional.empty();
        while (files.size() <= FILES) {
            Map<String, String> parameters = new TreeMap<>(Map.of("arch", arch.toString(), "limit", "" + PAGE));
            after.ifPresent(cursor -> parameters.put("after", cursor));
            String path = "/packages/%s/versions/%s/contents".formatted(name, encode(versionOrTag));
            Optional<Page<FileInfo>> page = registry.find(path + encoded(parameters), ApiList.FILES::read);
            if (page.isEmpty()) {
                return Optional.empty();
            }
            files.addAll(page.get().entries());
            after = page.get().next();
            if (after.isEmpty()) {
                return Optional.of(files);
            }
        }
        throw Failure.refused("endless-data", registry.origin() + " lists files of " + name + " without an end");
    }

    /// The kernel families that have releases.
    public List<KernelFamilyInfo> kernels() throws IOException {
        return registry.find("/kernels", ApiList.FAMILIES::read)
                .orElseThrow(this::noCatalog)
                .entries();
    }

    /// One page of a family's releases, the newest first.
    public Optional<Page<VersionSummary>> releases(String family, int limit, Optional<String> after)
            throws IOException {
        return registry.find("/kernels/" + encode(family) + "/releases" + page(limit, after), ApiList.RELEASES::read);
    }

    private Failure noCatalog() {
        return Failure.notFound(registry.origin() + " has no catalog; it may be a registry of another kind")
                .next("name a package, which works with every OCI registry: pkg get <reference>");
    }

    static String page(int limit, Optional<String> after) {
        Map<String, String> parameters = new TreeMap<>(Map.of("limit", Integer.toString(limit)));
        after.ifPresent(cursor -> parameters.put("after", cursor));
        return encoded(parameters);
    }

    private static String encoded(Map<String, String> parameters) {
        StringBuilder query = new StringBuilder();
        parameters.forEach((name, value) -> query.append(query.isEmpty() ? '?' : '&')
                .append(name)
                .append('=')
                .append(encode(value)));
        return query.toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }
}
