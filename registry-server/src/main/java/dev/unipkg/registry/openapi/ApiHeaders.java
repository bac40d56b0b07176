package dev.unipkg.registry.openapi;

import dev.unipkg.api.PullNumber;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.headers.Header;
import org.eclipse.microprofile.openapi.models.media.Schema;

/// The headers that follow from the status of an answer. Headers of a single operation are in its annotations.
final class ApiHeaders {

    private static final Set<String> FOUND = Set.of("200", "206", "304");

    private static final Map<String, Map<String, String>> OF_ERRORS = Map.of(
            "401", Map.of("WWW-Authenticate", "How to give credentials"),
            "405", Map.of("Allow", "What can be done instead"));

    private ApiHeaders() {}

    /// Names the headers of each answer.
    static void complete(ApiDocument.Described described) {
        described.operation().getResponses().getAPIResponses().forEach((status, response) -> {
            if (response.getRef() == null) {
                of(described, status).forEach((name, text) -> response.addHeader(name, header(text)));
            }
        });
    }

    static Header header(String description) {
        return OASFactory.createHeader()
                .description(description)
                .schema(OASFactory.createSchema().addType(Schema.SchemaType.STRING));
    }

    private static Map<String, String> of(ApiDocument.Described described, String status) {
        Map<String, String> headers = new TreeMap<>(OF_ERRORS.getOrDefault(status, Map.of()));
        boolean found = FOUND.contains(status);
        boolean tagged = found && described.answers("304");
        if (found || status.equals("307")) {
            headers.put("Cache-Control", "How long it may be kept");
        }
        if (tagged) {
            headers.put("ETag", "The entity tag, for If-None-Match");
        }
        if (Set.of("201", "302", "307").contains(status)) {
            headers.put("Location", "Where it is");
        }
        if (described.isOci() && (tagged || status.equals("201") || status.equals("307"))) {
            headers.put("Docker-Content-Digest", "The digest of the content");
        }
        if (found && described.hasRanges()) {
            headers.put("Accept-Ranges", "bytes");
        }
        if (found && described.isOci() && described.hasRanges()) {
            headers.put(PullNumber.DOWNLOAD_HEADER, "\"counts\" where a GET of the last byte is a download");
        }
        if (status.equals("206") || status.equals("416") && described.answers("206")) {
            headers.put("Content-Range", "Which bytes of how many");
        }
        if (status.equals("200") && described.takes("limit")) {
            headers.put("Link", "The next page, with rel=\"next\"; absent on the last");
        }
        if (described.isUpload() && Set.of("202", "204", "416").contains(status)) {
            headers.put("Location", "Where to go on");
            headers.put("Range", "What the upload holds, as in 0-1023");
            headers.put("Docker-Upload-UUID", "The upload");
        }
        return headers;
    }
}
