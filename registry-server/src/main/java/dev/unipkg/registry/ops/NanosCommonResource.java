package dev.unipkg.registry.ops;

import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.problems.Rejection.Thing;
import dev.unipkg.registry.wiring.Settings;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// The bundle of certificates and libraries that ops puts into images of programs. It is no part of a release, so it is
/// the file that the operator put into the data folder.
@Path("/nanos/common/common.tar.gz")
@RunOnVirtualThread
@Tag(name = "ops")
public class NanosCommonResource {

    private static final String FILE = "nanos-common.tar.gz";

    private final java.nio.file.Path file;

    NanosCommonResource(Settings settings) {
        this.file = settings.data().resolve(FILE);
    }

    @GET
    @Operation(operationId = "getNanosCommon", summary = "The bundle of common files that ops puts into images")
    @APIResponse(
            responseCode = "200",
            description = "The bundle",
            content =
                    @Content(mediaType = Tarballs.GZIP, schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "404", description = "The operator gave none")
    public Response bundle() throws IOException {
        FileChannel bytes = open();
        return answer(Response.ok(Channels.newInputStream(bytes)), bytes.size());
    }

    @HEAD
    @Operation(operationId = "headNanosCommon", summary = "How large the bundle is")
    @APIResponse(responseCode = "200", description = "There is one")
    @APIResponse(responseCode = "404", description = "The operator gave none")
    public Response size() throws IOException {
        try (FileChannel bytes = open()) {
            return answer(Response.ok(), bytes.size());
        }
    }

    private FileChannel open() throws IOException {
        try {
            return FileChannel.open(file);
        } catch (NoSuchFileException e) {
            throw new Rejection.NotFound(
                            Thing.PAGE, "/nanos/common/common.tar.gz, since no file " + FILE + " is in the data folder")
                    .asException();
        }
    }

    private static Response answer(Response.ResponseBuilder response, long size) {
        return response.type(Tarballs.GZIP)
                .header(HttpHeaders.CONTENT_LENGTH, size)
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .build();
    }
}
