package dev.unipkg.api;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;

/// A list of the native HTTP API, which is read in pages.
///
/// @param member the JSON member that holds the entries
/// @param entry the class of the entries
public record ApiList<T extends ApiRecord>(String member, Class<T> entry) {

    /// The packages of a registry, by name.
    public static final ApiList<PackageSummary> PACKAGES = new ApiList<>("packages", PackageSummary.class);

    /// The versions of a package, the newest first in the order of versions.
    public static final ApiList<VersionSummary> VERSIONS = new ApiList<>("versions", VersionSummary.class);

    /// The files of a build, by path.
    public static final ApiList<FileInfo> FILES = new ApiList<>("files", FileInfo.class);

    /// The kernel families that a registry has releases of; so few that one page holds them.
    public static final ApiList<KernelFamilyInfo> FAMILIES = new ApiList<>("families", KernelFamilyInfo.class);

    /// The releases of a kernel family, the newest first in the order of versions.
    public static final ApiList<VersionSummary> RELEASES = new ApiList<>("releases", VersionSummary.class);

    /// The Unikraft images of a registry, by name.
    public static final ApiList<UnikraftSummary> UNIKRAFT_IMAGES = new ApiList<>("images", UnikraftSummary.class);

    /// The namespaces of a registry, by name.
    public static final ApiList<NamespaceInfo> NAMESPACES = new ApiList<>("namespaces", NamespaceInfo.class);

    /// The API keys that the caller may revoke, without their secrets.
    public static final ApiList<KeyInfo> KEYS = new ApiList<>("keys", KeyInfo.class);

    /// Reads a page.
    public Page<T> read(byte[] json) throws RefusedException {
        Fields fields = Json.parseObject(json, JsonLimits.DEFAULT);
        return new Page<>(this, fields.list(member, each -> ApiRecord.read(each, entry)), fields.optionalText("next"));
    }
}
