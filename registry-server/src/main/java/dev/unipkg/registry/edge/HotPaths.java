package dev.unipkg.registry.edge;

import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RepositoryName;
import dev.unipkg.format.Version;
import dev.unipkg.registry.catalog.HotKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The paths of the content that may be in memory.
final class HotPaths {

    private static final String OCI = "/v2/";
    private static final String PACKAGES = "/api/v1/packages/";

    /// All of them, as patterns of the router.
    static final List<String> ALL = List.of(OCI + "*", PACKAGES + "*");

    /// A namespace, a name, a word and a reference.
    private static final int PARTS = 4;

    private HotPaths() {}

    /// Reads `/v2/<namespace>/<name>/(blobs|manifests)/<reference>` and
    /// `/api/v1/packages/<namespace>/<name>/versions/<version>`; null where the path is neither.
    static @Nullable HotKey key(String path) {
        boolean oci = path.startsWith(OCI);
        if (!oci && !path.startsWith(PACKAGES)) {
            return null;
        }
        String[] parts = path.substring(oci ? OCI.length() : PACKAGES.length()).split("/", -1);
        if (parts.length != PARTS) {
            return null;
        }
        try {
            if (!oci) {
                return parts[2].equals("versions")
                        ? new HotKey.VersionKey(new PackageName(parts[0], parts[1]), new Version(parts[3]))
                        : null;
            }
            RepositoryName repository = RepositoryPaths.repository(parts[0], parts[1]);
            return switch (parts[2]) {
                case "blobs" -> new HotKey.BlobKey(repository, Digest.parseAny(parts[3]));
                case "manifests" -> HotKey.ofManifest(repository, parts[3]);
                default -> null;
            };
        } catch (IllegalArgumentException e) {
            // The resource tells the client which part is wrong.
            return null;
        }
    }
}
