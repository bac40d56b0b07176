package dev.unipkg.registry.content;

import dev.unipkg.api.NamespaceBytes;
import dev.unipkg.format.RefusedException;
import dev.unipkg.registry.accounts.Caller;
import dev.unipkg.registry.problems.NamePart;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// How much a namespace has, for its publishers.
@Path("/api/v1/namespaces/{namespace}/usage")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Accounts")
class UsageResource {

    private final NamespaceUsage usage;
    private final Caller caller;

    UsageResource(NamespaceUsage usage, Caller caller) {
        this.usage = usage;
        this.caller = caller;
    }

    @GET
    @SecurityRequirement(name = "key")
    @SecurityRequirement(name = "password")
    @Operation(operationId = "getNamespaceUsage", summary = "How much a namespace has, for its publishers")
    @APIResponse(
            responseCode = "200",
            description = "Its bytes, each content counted once, and the limit where there is one",
            content = @Content(schema = @Schema(implementation = NamespaceBytes.class)))
    public NamespaceBytes get(@PathParam("namespace") String namespace) throws RefusedException {
        NamePart.require("namespace", namespace);
        caller.requirePublisher(namespace);
        return new NamespaceBytes(namespace, usage.bytes(namespace), usage.limitBytes());
    }
}
