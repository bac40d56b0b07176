package dev.unipkg.format.oci;

import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import java.util.List;
import java.util.Optional;

/// The fields that manifests and indexes share.
final class Versioned {

    private Versioned() {}

    /// Refuses a document of another schema version or media type. The media type may be absent, as image-spec allows,
    /// but then the document must not look like the other kind, or two readers could see two things in it
    /// (distribution's advisory GHSA-qq97-vm5h-rrhg).
    static void require(Fields fields, String mediaType, String dockerMediaType) throws RefusedException {
        Shapes.DOCUMENT.require(fields);
        fields.number("schemaVersion", 2, 2);
        Optional<String> actual = fields.optionalText("mediaType");
        if (actual.isPresent() && !List.of(mediaType, dockerMediaType).contains(actual.get())) {
            throw new DocumentRefusal.UnknownMediaType(fields.path("mediaType"), actual.get(), mediaType).asException();
        }
        boolean index = fields.optional("manifests").isPresent();
        boolean manifest = fields.optional("layers").isPresent()
                || fields.optional("config").isPresent();
        if (index && manifest) {
            throw new DocumentRefusal.NotAPackage("it is a manifest and an index at once").asException();
        }
    }

    static void requireArtifactType(Optional<String> actual, String expected) throws RefusedException {
        if (!actual.equals(Optional.of(expected))) {
            throw new DocumentRefusal.UnknownMediaType("artifactType", actual.orElse("absent"), expected).asException();
        }
    }

    static void requireOurs(String path, List<Descriptor> descriptors) throws RefusedException {
        for (int i = 0; i < descriptors.size(); i++) {
            descriptors.get(i).requireOurs(path + "[" + i + "]");
        }
    }
}
