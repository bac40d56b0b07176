package dev.unipkg.registry.traffic;

import dev.unipkg.registry.catalog.HotPaths;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import java.io.ByteArrayInputStream;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/// Documents made for one request are in memory until their client has read them. Long ones reserve memory
/// until then and are sent in pieces; without memory the answer is 503.
class LongAnswers {

    /// A part of the heap's 512 MiB.
    static final int ALL_BYTES = 64 << 20;

    private final MemoryRoom room = new MemoryRoom("long answers", ALL_BYTES);

    @ServerResponseFilter
    void sendInPieces(ContainerResponseContext response, UriInfo uri) {
        if (response.getEntity() instanceof byte[] bytes && bytes.length > HotPaths.MAX_DOCUMENT_BYTES) {
            String namespace = Optional.ofNullable(uri.getPathParameters().getFirst("namespace"))
                    .orElse("");
            StreamingOutput pieces = InPieces.of(new ByteArrayInputStream(bytes));
            response.getHeaders().putSingle(HttpHeaders.CONTENT_LENGTH, bytes.length);
            response.setEntity((StreamingOutput) out -> {
                try (MemoryRoom.Share taken = room.take(namespace, bytes.length)) {
                    pieces.write(out);
                }
            });
        }
    }
}
