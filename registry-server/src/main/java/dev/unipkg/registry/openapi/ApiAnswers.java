package dev.unipkg.registry.openapi;

import dev.unipkg.api.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.PathItem.HttpMethod;
import org.eclipse.microprofile.openapi.models.headers.Header;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;

/// What operations answer: the documents of errors, those that any operation can meet, and the headers.
final class ApiAnswers {

    private static final String JSON = "application/json";
    private static final String OCI = "Oci";

    /// What a status says that many operations answer alike.
    private static final Map<String, String> SHARED = Map.of(
            "400", "A part of the request does not keep its rule",
            "401", "There are no credentials, or they are not good",
            "403", "The credentials are good, and not for this",
            "413", "The body is larger than allowed",
            "415", "The body is of a type that is not read here",
            "429", "Too many of these are under way",
            "500", "A fault of the registry",
            "503", "Something the registry stands on does not answer, or it has too much to do",
            "507", "There is no room left to store it");

    private ApiAnswers() {}

    /// The answers that operations refer to: as problem documents, and as the OCI door's errors.
    static Map<String, APIResponse> shared() {
        Map<String, APIResponse> responses = new TreeMap<>();
        SHARED.forEach((status, description) -> {
            responses.put("Status" + status, error(status, description, false));
            responses.put(OCI + "Status" + status, error(status, description, true));
        });
        return responses;
    }

    /// Gives every error a body, adds those the operation does not name, and names the headers of each answer.
    static void complete(ApiDocument.Described described, Set<String> errors) {
        APIResponses responses = described.operation().getResponses();
        Map<String, APIResponse> all = new TreeMap<>(responses.getAPIResponses());
        if (described.method() == HttpMethod.GET && all.containsKey("200") && isTagged(described)) {
            all.putIfAbsent("304", OASFactory.createAPIResponse().description("The client has it"));
        }
        for (String status : errors) {
            String reference = (described.isOci() ? OCI : "") + "Status" + status;
            all.putIfAbsent(
                    status,
                    described.method() == HttpMethod.HEAD
                            ? OASFactory.createAPIResponse().description(SHARED.get(status))
                            : OASFactory.createAPIResponse().ref("#/components/responses/" + reference));
        }
        all.forEach((status, response) -> {
            if (response.getRef() == null) {
                boolean error = status.compareTo("400") >= 0;
                if (described.method() == HttpMethod.HEAD) {
                    response.setContent(null);
                } else if (error && response.getContent() == null) {
                    response.setContent(content(described.isOci()));
                }
                headers(described, status).forEach((name, text) -> response.addHeader(name, header(text)));
            }
        });
        responses.setAPIResponses(new LinkedHashMap<>(all));
    }

    private static boolean isTagged(ApiDocument.Described described) {
        return List.of("Packages", "Kernels")
                        .contains(described.operation().getTags().getFirst())
                || described.is("listNamespaces", "getBlob", "getManifest");
    }

    private static Map<String, String> headers(ApiDocument.Described described, String status) {
        Map<String, String> headers = new TreeMap<>();
        boolean found = status.equals("200") || status.equals("206") || status.equals("304");
        if (status.equals("401")) {
            headers.put("WWW-Authenticate", "How to give credentials");
        }
        if (found && described.is("getBlob", "headBlob", "getManifest", "headManifest")
                || status.equals("307")
                || status.equals("201") && described.isOci()) {
            headers.put("Docker-Content-Digest", "The digest of the content");
        }
        if (found && (isTagged(described) || described.is("headBlob", "headManifest"))) {
            headers.put("ETag", "The entity tag, for If-None-Match");
        }
        if (found && !described.is("checkSupport") || status.equals("307") || described.is("createKey")) {
            headers.put("Cache-Control", "How long it may be kept");
        }
        if (found && described.is("getBlob", "headBlob")) {
            headers.put("Accept-Ranges", "bytes");
        }
        if (status.equals("206") || status.equals("416") && described.is("getBlob")) {
            headers.put("Content-Range", "Which bytes of how many");
        }
        if (status.equals("200")
                && (described.is("listTags", "listReferrers")
                        || described.operation().getParameters() != null
                                && described.operation().getParameters().stream()
                                        .anyMatch(parameter -> "limit".equals(parameter.getName())))) {
            headers.put("Link", "The next page, with rel=\"next\"; absent on the last");
        }
        if (status.equals("201") || status.equals("307")) {
            headers.put("Location", "Where it is");
        }
        headers.putAll(ofUploads(described, status));
        return headers;
    }

    private static Map<String, String> ofUploads(ApiDocument.Described described, String status) {
        boolean upload = described.is("startUpload", "uploadChunk", "finishUpload", "uploadStatus");
        if (upload && (status.equals("202") || status.equals("204") || status.equals("416"))) {
            return Map.of(
                    "Location", "Where to go on",
                    "Range", "What the upload holds, as in 0-1023",
                    "Docker-Upload-UUID", "The upload");
        }
        if (described.is("putManifest") && status.equals("201")) {
            return Map.of(
                    "OCI-Subject", "The digest of the subject, where it has one",
                    "OCI-Tag", "The tags, where the request named some in its query");
        }
        if (described.is("listReferrers") && status.equals("200")) {
            return Map.of("OCI-Filters-Applied", "artifactType, where that was asked for");
        }
        if (described.is("checkSupport") && status.equals("200")) {
            return Map.of("Docker-Distribution-API-Version", "registry/2.0");
        }
        return Map.of();
    }

    private static APIResponse error(String status, String description, boolean oci) {
        APIResponse response =
                OASFactory.createAPIResponse().description(description).content(content(oci));
        if (status.equals("401")) {
            response.addHeader("WWW-Authenticate", header("How to give credentials"));
        }
        if (status.equals("429") || status.equals("503")) {
            response.addHeader("Retry-After", header("In how many seconds to try again"));
        }
        return response;
    }

    private static Content content(boolean oci) {
        return OASFactory.createContent()
                .addMediaType(
                        oci ? JSON : Problem.MEDIA_TYPE,
                        OASFactory.createMediaType()
                                .schema(ApiSchemas.reference(oci ? ApiSchemas.OCI_ERRORS : ApiSchemas.PROBLEM)));
    }

    private static Header header(String description) {
        return OASFactory.createHeader()
                .description(description)
                .schema(OASFactory.createSchema().addType(Schema.SchemaType.STRING));
    }
}
