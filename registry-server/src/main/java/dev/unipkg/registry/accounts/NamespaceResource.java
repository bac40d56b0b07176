package dev.unipkg.registry.accounts;

import dev.unipkg.api.ApiList;
import dev.unipkg.api.NamespaceBytes;
import dev.unipkg.api.NamespaceInfo;
import dev.unipkg.api.NewNamespace;
import dev.unipkg.format.NameRefusal;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.registry.catalog.Paging;
import dev.unipkg.registry.content.NamespaceUsage;
import dev.unipkg.registry.problems.JsonBody;
import dev.unipkg.registry.problems.NamePart;
import dev.unipkg.registry.rows.Sql;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirementsSet;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Namespaces: who may publish where is decided by which keys are bound to them.
@Path("/api/v1/namespaces")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Accounts")
class NamespaceResource {

    /// First path segments of this server, which a namespace must not be mistaken for.
    private static final Set<String> RESERVED = Stream.of(
                    "v2", "api", "health", "metrics", "openapi", "packages", "unipkg")
            .map(PackageName::skeletonOf)
            .collect(Collectors.toUnmodifiableSet());

    private final Caller caller;
    private final NamespaceUsage usage;
    private final Sql sql;
    private final Clock clock;

    NamespaceResource(Caller caller, NamespaceUsage usage, Sql sql, Clock clock) {
        this.caller = caller;
        this.usage = usage;
        this.sql = sql;
        this.clock = clock;
    }

    @GET
    @Transactional
    @SecurityRequirementsSet
    @SecurityRequirement(name = "key")
    @SecurityRequirement(name = "password")
    @Operation(operationId = "listNamespaces", summary = "List namespaces by name, the caller's with their bytes")
    @APIResponse(
            responseCode = "200",
            description = "A page of namespaces; Link and next name the next one",
            content = @Content(schema = @Schema(ref = "NamespaceList")))
    @APIResponse(responseCode = "304", description = "The client has it")
    public Response list(@BeanParam Paging paging) {
        return paging.answer(
                ApiList.NAMESPACES, count -> infos(Namespace.after(paging.after(), count)), NamespaceInfo::name);
    }

    @GET
    @Path("{namespace}/usage")
    @SecurityRequirement(name = "key")
    @SecurityRequirement(name = "password")
    @Operation(operationId = "getNamespaceUsage", summary = "How much a namespace has, for its publishers")
    @APIResponse(
            responseCode = "200",
            description = "Its bytes, each content counted once, and the limit where there is one",
            content = @Content(schema = @Schema(implementation = NamespaceBytes.class)))
    public NamespaceBytes bytes(@PathParam("namespace") String namespace) throws RefusedException {
        NamePart.require("namespace", namespace);
        caller.requirePublisher(namespace);
        return new NamespaceBytes(namespace, usage.bytes(namespace), usage.limitBytes());
    }

    /// Creates a namespace. Only administrators may, and no name that could be mistaken for an existing one.
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Transactional(rollbackOn = Exception.class)
    @Operation(operationId = "createNamespace", summary = "Make a namespace")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = NewNamespace.class)))
    @APIResponse(responseCode = "409", description = "The name could be mistaken for another, or is reserved")
    @APIResponse(
            responseCode = "201",
            description = "It is made",
            content = @Content(schema = @Schema(implementation = NamespaceInfo.class)))
    @APIResponse(
            responseCode = "200",
            description = "It was there already, under just this name",
            content = @Content(schema = @Schema(implementation = NamespaceInfo.class)))
    public Response create(InputStream body) throws IOException {
        caller.requireAdministrator();
        String name = JsonBody.small(body, NewNamespace.class).name();
        NamePart.require("name", name);
        String skeleton = PackageName.skeletonOf(name);
        if (RESERVED.contains(skeleton)) {
            throw new NameRefusal.ReservedName(name).asException();
        }
        // Two racers cannot both pass: the skeleton is unique in the database.
        int inserted = sql.update(
                "insert into namespace (name, skeleton, created) values (?, ?, ?) on conflict do nothing",
                name,
                skeleton,
                clock.instant());
        Namespace there = Namespace.withSkeleton(skeleton);
        if (!there.name.equals(name)) {
            throw new NameRefusal.ConfusableName(name, there.name).asException();
        }
        NamespaceInfo answer = infos(List.of(there)).getFirst();
        return inserted == 1
                ? Response.status(Response.Status.CREATED)
                        .header(HttpHeaders.LOCATION, "/api/v1/namespaces/" + name)
                        .entity(answer)
                        .build()
                : Response.ok(answer).build();
    }

    /// The documents about namespaces. The bytes are in those of the namespaces that the caller may publish to.
    private List<NamespaceInfo> infos(List<Namespace> namespaces) {
        Set<String> own = namespaces.stream()
                .map(namespace -> namespace.name)
                .filter(caller::mayPublish)
                .collect(Collectors.toUnmodifiableSet());
        Map<String, Long> bytes = own.isEmpty() ? Map.of() : usage.bytes(own);
        return namespaces.stream()
                .map(namespace -> {
                    Optional<Long> shown =
                            Optional.of(namespace.name).filter(own::contains).map(name -> bytes.getOrDefault(name, 0L));
                    return new NamespaceInfo(
                            namespace.name, namespace.created, shown, shown.flatMap(_ -> usage.limitBytes()));
                })
                .toList();
    }
}
