package dev.unipkg.registry.openapi;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.PathItem.HttpMethod;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.security.SecurityRequirement;

/// Completes the OpenAPI document while the server is built, by rules that hold for every operation: which one needs a
/// key, which errors it can answer, and which headers belong to which answer.
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public class ApiDocument implements OASFilter {

    @Override
    public void filterOpenAPI(OpenAPI document) {
        ApiSchemas.complete(document.getComponents());
        document.getComponents().setResponses(ApiErrors.shared());
        document.getPaths()
                .getPathItems()
                .forEach((path, item) -> item.getOperations()
                        .forEach((method, operation) -> complete(new Described(path, item, method, operation))));
    }

    /// An operation and where it stands.
    record Described(String path, PathItem item, HttpMethod method, Operation operation) {

        boolean isOci() {
            return path.startsWith("/v2");
        }

        boolean reads() {
            return method == HttpMethod.GET || method == HttpMethod.HEAD;
        }

        boolean answers(String status) {
            return operation.getResponses().hasAPIResponse(status);
        }

        boolean takesBody() {
            return operation.getRequestBody() != null;
        }

        boolean takes(String parameter) {
            return operation.getParameters() != null
                    && operation.getParameters().stream().anyMatch(each -> parameter.equals(each.getName()));
        }

        /// Whether the path is that of content of which ranges can be asked for.
        boolean hasRanges() {
            return item.getGET() != null && item.getGET().getResponses().hasAPIResponse("206");
        }

        /// Whether it answers where an upload stands.
        boolean isUpload() {
            return path.contains("/blobs/uploads") && method != HttpMethod.DELETE;
        }
    }

    private static void complete(Described described) {
        boolean needsKey = secure(described);
        Set<String> errors = new TreeSet<>(Set.of("400", "401", "500", "503"));
        if (needsKey) {
            errors.add("403");
        }
        if (described.takesBody()) {
            errors.add("413");
            errors.add(described.isOci() ? "507" : "415");
        }
        ApiErrors.complete(described, errors);
        ApiHeaders.complete(described);
        if (described.answers("304")) {
            described.operation().addParameter(header("If-None-Match", "Entity tags of what the client has"));
        }
        if (described.answers("206")) {
            described
                    .operation()
                    .addParameter(header("Range", "One range of bytes, as in bytes=0-1023"))
                    .addParameter(header("If-Range", "The entity tag that the range is of"));
        }
    }

    /// Requires a key of every operation that writes, beside those that say so themselves. An operation that names the
    /// empty requirement works with and without one.
    private static boolean secure(Described described) {
        Operation operation = described.operation();
        List<SecurityRequirement> named = operation.getSecurity();
        if (named == null && !described.reads()) {
            operation
                    .addSecurityRequirement(requirement(HttpApi.KEY))
                    .addSecurityRequirement(requirement(HttpApi.PASSWORD));
        }
        return named == null
                ? !described.reads()
                : named.stream()
                        .noneMatch(requirement -> requirement.getSchemes().isEmpty());
    }

    private static SecurityRequirement requirement(String scheme) {
        return OASFactory.createSecurityRequirement().addScheme(scheme);
    }

    private static Parameter header(String name, String description) {
        return OASFactory.createParameter()
                .in(Parameter.In.HEADER)
                .name(name)
                .description(description)
                .schema(OASFactory.createSchema().addType(Schema.SchemaType.STRING));
    }
}
