package dev.unipkg.registry.openapi;

import dev.unipkg.api.Problem;
import dev.unipkg.registry.problems.OciErrors;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.PathItem.HttpMethod;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;

/// The error answers: problem documents, and under `/v2` the errors of the distribution-spec.
final class ApiErrors {

    private static final String OCI = "Oci";

    /// The errors that many operations answer alike.
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

    private ApiErrors() {}

    /// The answers that operations refer to.
    static Map<String, APIResponse> shared() {
        Map<String, APIResponse> responses = new TreeMap<>();
        SHARED.forEach((status, description) -> {
            responses.put("Status" + status, error(status, description, false));
            responses.put(OCI + "Status" + status, error(status, description, true));
        });
        return responses;
    }

    /// Gives every error a body, and adds those the operation does not name. Answers to HEAD have no body.
    static void complete(ApiDocument.Described described, Set<String> errors) {
        APIResponses responses = described.operation().getResponses();
        Map<String, APIResponse> all = new TreeMap<>(responses.getAPIResponses());
        boolean head = described.method() == HttpMethod.HEAD;
        for (String status : errors) {
            String reference = (described.isOci() ? OCI : "") + "Status" + status;
            all.putIfAbsent(
                    status,
                    head
                            ? OASFactory.createAPIResponse().description(SHARED.get(status))
                            : OASFactory.createAPIResponse().ref("#/components/responses/" + reference));
        }
        all.forEach((status, response) -> {
            if (head) {
                response.setContent(null);
            } else if (response.getRef() == null && status.startsWith("4") && response.getContent() == null) {
                response.setContent(content(described.isOci()));
            }
        });
        responses.setAPIResponses(new LinkedHashMap<>(all));
    }

    private static APIResponse error(String status, String description, boolean oci) {
        APIResponse response =
                OASFactory.createAPIResponse().description(description).content(content(oci));
        if (status.equals("401")) {
            response.addHeader("WWW-Authenticate", ApiHeaders.header("How to give credentials"));
        }
        if (status.equals("429") || status.equals("503")) {
            response.addHeader("Retry-After", ApiHeaders.header("In how many seconds to try again"));
        }
        return response;
    }

    private static Content content(boolean oci) {
        Class<?> document = oci ? OciErrors.class : Problem.class;
        return OASFactory.createContent()
                .addMediaType(
                        oci ? OciErrors.MEDIA_TYPE : Problem.MEDIA_TYPE,
                        OASFactory.createMediaType().schema(ApiSchemas.reference(document.getSimpleName())));
    }
}
