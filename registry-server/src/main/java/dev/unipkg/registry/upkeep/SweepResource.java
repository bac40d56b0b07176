package dev.unipkg.registry.upkeep;

import dev.unipkg.api.SweepReport;
import dev.unipkg.registry.accounts.Caller;
import dev.unipkg.registry.problems.Rejection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Upkeep by an administrator's hand.
@Path("/api/v1/upkeep")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Server")
class SweepResource {

    private final Sweeper sweeper;
    private final Caller caller;

    SweepResource(Sweeper sweeper, Caller caller) {
        this.sweeper = sweeper;
        this.caller = caller;
    }

    @POST
    @Path("sweep")
    @Operation(operationId = "sweep", summary = "Sweep now, for administrators")
    @APIResponse(
            responseCode = "200",
            description = "What it did, or would do",
            content = @Content(schema = @Schema(implementation = SweepReport.class)))
    @APIResponse(responseCode = "400", description = "dry-run is neither true nor false")
    public SweepReport sweep(
            @Parameter(description = "true: only say what it would do") @QueryParam("dry-run") @DefaultValue("false")
                    String dryRun)
            throws IOException {
        caller.requireAdministrator();
        return switch (dryRun) {
            case "true" -> sweeper.dryRun();
            case "false" -> sweeper.sweep();
            default -> throw new Rejection.BadRequest("dry-run", "true or false").asException();
        };
    }
}
