package dev.unipkg.format.oci;

import dev.unipkg.format.Arch;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import java.util.Optional;

/// The platform of a manifest in an index (image-spec, image-index.md).
///
/// @param os a GOOS word
/// @param architecture a GOARCH word
/// @param variant of the architecture, as in `v8`
public record Platform(String os, String architecture, Optional<String> variant) {

    /// The platform of a build: programs for Linux.
    public static Platform of(Arch arch) {
        return new Platform("linux", arch.oci(), Optional.empty());
    }

    /// Whether this is the platform of a build for `arch`.
    boolean isOf(Arch arch) {
        return os.equals("linux") && architecture.equals(arch.oci()) && variant.isEmpty();
    }

    /// The architecture in our words, where it is one of ours.
    public Optional<Arch> arch() {
        return Arch.find(architecture);
    }

    static Platform of(Fields fields) throws RefusedException {
        return new Platform(fields.text("os"), fields.text("architecture"), fields.optionalText("variant"));
    }

    Json toJson() {
        return Json.object()
                .put("architecture", architecture)
                .put("os", os)
                .putIfPresent("variant", variant)
                .build();
    }
}
