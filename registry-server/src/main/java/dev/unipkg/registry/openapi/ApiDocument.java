package dev.unipkg.registry.openapi;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem.HttpMethod;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;

/// Completes the OpenAPI document while the server is built: schemas as values travel, who needs a key, what every
/// operation may answer beside its own answers, and which headers come and go.
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public class ApiDocument implements OASFilter {

    /// The operations that read, and yet show only what a key's owner may see.
    private static final Set<String> READ_WITH_A_KEY = Set.of("getNamespaceUsage", "listKeys", "uploadStatus", "checkSupport");

    /// The operations that store what they are sent, and so can find no room for it.
    private static final Set<String> STORE = Set.of("startUpload", "uploadChunk", "finishUpload", "putManifest");

    private static final Set<String> TAKE_RANGES = Set.of("uploadChunk", "finishUpload");

    @Override
    public void filterOpenAPI(OpenAPI document) {
        ApiSchemas.complete(document.getComponents());
        document.getComponents().setResponses(ApiAnswers.shared());
        document.getPaths()
                .getPathItems()
                .forEach((path, item) -> item.getOperations()
                        .forEach((method, operation) -> complete(new Described(path, method, operation))));
    }

    /// An operation and where it stands.
    record Described(String path, HttpMethod method, Operation operation) {

        boolean isOci() {
            return path.startsWith("/v2");
        }

        boolean is(String... ids) {
            return Set.of(ids).contains(operation.getOperationId());
        }

        /// Whether it can answer that the client has the content already.
        boolean isConditional() {
            return method == HttpMethod.GET && operation.getResponses().hasAPIResponse("304")
                    || is("headBlob", "headManifest");
        }

        boolean takesBody() {
            return operation.getRequestBody() != null;
        }
    }

    private static void complete(Described described) {
        Operation operation = described.operation();
        boolean writes = described.method() != HttpMethod.GET && described.method() != HttpMethod.HEAD;
        boolean needsKey = writes || READ_WITH_A_KEY.contains(operation.getOperationId());
        if (needsKey) {
            operation.setSecurity(List.of(
                    OASFactory.createSecurityRequirement().addScheme(HttpApi.KEY),
                    OASFactory.createSecurityRequirement().addScheme(HttpApi.PASSWORD)));
        } else if (described.is("getToken", "getAccount")) {
            operation.setSecurity(List.of(
                    OASFactory.createSecurityRequirement(),
                    OASFactory.createSecurityRequirement().addScheme(HttpApi.KEY),
                    OASFactory.createSecurityRequirement().addScheme(HttpApi.PASSWORD)));
        }
        Set<String> errors = new TreeSet<>(Set.of("400", "401", "500", "503"));
        if (needsKey) {
            errors.add("403");
        }
        if (described.takesBody()) {
            errors.add("413");
        }
        if (described.takesBody() && !described.isOci()) {
            errors.add("415");
        }
        if (described.is("startUpload")) {
            errors.add("429");
        }
        if (STORE.contains(operation.getOperationId())) {
            errors.add("507");
        }
        ApiAnswers.complete(described, errors);
        if (described.isConditional()) {
            operation.addParameter(header("If-None-Match", "Entity tags of what the client has"));
        }
        if (described.is("getBlob")) {
            operation
                    .addParameter(header("Range", "One range of bytes, as in bytes=0-1023"))
                    .addParameter(header("If-Range", "The entity tag that the range is of"));
        }
        if (TAKE_RANGES.contains(operation.getOperationId())) {
            operation.addParameter(header("Content-Range", "Which bytes these are, as in 0-1023"));
        }
    }

    private static Parameter header(String name, String description) {
        return OASFactory.createParameter()
                .in(Parameter.In.HEADER)
                .name(name)
                .description(description)
                .schema(OASFactory.createSchema().addType(Schema.SchemaType.STRING));
    }
}
