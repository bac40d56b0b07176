package dev.unipkg.registry.publish;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import dev.unipkg.format.Digest;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What a document is made of: its config, its layers and its manifests. A subject and whatever its annotations name
/// are other people's.
///
/// It is for documents that were refused, so it takes any JSON, and of what breaks off all that comes before.
///
/// @param blobs the digests of config and layers
/// @param manifests the digests of an index's manifests
record OwnContent(Set<Digest> blobs, Set<Digest> manifests) {

    private static final JsonFactory JSON = new JsonFactory();

    OwnContent {
        blobs = new TreeSet<>(blobs);
        manifests = new TreeSet<>(manifests);
    }

    /// What the document names, as far as it can be read.
    static OwnContent of(byte[] document) {
        Set<Digest> blobs = new TreeSet<>();
        Set<Digest> manifests = new TreeSet<>();
        try (JsonParser json = JSON.createParser(document)) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.VALUE_STRING && "digest".equals(json.currentName())) {
                    Optional<Digest> digest = digest(json.getText());
                    switch (holder(json.getParsingContext())) {
                        case "config", "layers[]" -> digest.ifPresent(blobs::add);
                        case "manifests[]" -> digest.ifPresent(manifests::add);
                        default -> {}
                    }
                }
            }
        } catch (IOException e) {
            // Everything that is known of it was said before.
        }
        return new OwnContent(blobs, manifests);
    }

    /// Whose digest this is, where it is that of a descriptor right below the document itself.
    private static String holder(JsonStreamContext descriptor) {
        JsonStreamContext above = descriptor.getParent();
        if (above == null) {
            return "";
        }
        JsonStreamContext listed = above.getParent();
        if (above.inArray()) {
            return listed != null && isDocument(listed) ? listed.getCurrentName() + "[]" : "";
        }
        String name = above.getCurrentName();
        return isDocument(above) && name != null ? name : "";
    }

    private static boolean isDocument(JsonStreamContext context) {
        JsonStreamContext above = context.getParent();
        return context.inObject() && above != null && above.inRoot();
    }

    private static Optional<Digest> digest(String text) {
        try {
            return Optional.of(Digest.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
