package dev.unipkg.format.api;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A kernel release and its files for each architecture.
///
/// @param family `nanos`, `linux` or `unikraft`
/// @param digest of its OCI index
public record KernelReleaseInfo(String family, Version version, Digest digest, Instant published, List<Build> builds)
        implements ApiRecord {

    public KernelReleaseInfo {
        builds = List.copyOf(builds);
    }

    /// The build for an architecture.
    public Optional<Build> build(Arch arch) {
        return builds.stream().filter(build -> build.arch() == arch).findFirst();
    }

    public static KernelReleaseInfo read(byte[] json) throws RefusedException {
        Fields fields = Json.parseObject(json, JsonLimits.DEFAULT);
        return new KernelReleaseInfo(
                fields.text("family"),
                fields.value("version", "a version", Version::new),
                fields.value("digest", "a digest", Digest::parse),
                fields.time("published"),
                fields.list("builds", Build::of));
    }

    @Override
    public Json.Obj toJson() {
        return Json.object()
                .put("family", family)
                .put("version", version.text())
                .put("digest", digest.toString())
                .put("published", published.toString())
                .putAll("builds", builds, Build::toJson)
                .build();
    }

    /// The release for one architecture.
    ///
    /// @param digest of its OCI manifest
    public record Build(Arch arch, Digest digest, List<File> files) implements ApiRecord {

        public Build {
            files = List.copyOf(files);
        }

        static Build of(Fields fields) throws RefusedException {
            return new Build(
                    fields.value("arch", "an architecture", Arch::of),
                    fields.value("digest", "a digest", Digest::parse),
                    fields.list("files", File::of));
        }

        @Override
        public Json.Obj toJson() {
            return Json.object()
                    .put("arch", arch.toString())
                    .put("digest", digest.toString())
                    .putAll("files", files, File::toJson)
                    .build();
        }
    }

    /// One file of a release.
    ///
    /// @param title its path in the release, as in `klibs/tls`
    /// @param size in bytes
    public record File(String title, Digest digest, long size) implements ApiRecord {

        static File of(Fields fields) throws RefusedException {
            return new File(
                    fields.text("title"),
                    fields.value("digest", "a digest", Digest::parse),
                    fields.number("size", 0, Json.Num.MAX));
        }

        @Override
        public Json.Obj toJson() {
            return Json.object()
                    .put("title", title)
                    .put("digest", digest.toString())
                    .put("size", size)
                    .build();
        }
    }
}
