package dev.unipkg.registry.edge;

import dev.unipkg.registry.catalog.HotAnswers;
import dev.unipkg.registry.oci.CountedBody;
import dev.unipkg.registry.oci.MemoryBudget;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/// Sends long answers in pieces, as their readers read. A stream from the store needs next to no memory. A
/// document that was made for one request is in memory until its client has read it, so it takes a part of a
/// budget until then; without memory the answer is 503.
class LongAnswers {

    /// A part of the heap's 512 MiB.
    static final int ALL_BYTES = 64 << 20;

    private final CurrentVertxRequest request;
    private final MemoryBudget budget = new MemoryBudget("long answers", ALL_BYTES);

    LongAnswers(CurrentVertxRequest request) {
        this.request = request;
    }

    @ServerResponseFilter
    void sendInPieces(ContainerResponseContext response, UriInfo uri) {
        if (response.getEntity() instanceof CountedBody body) {
            response.setEntity(LastByte.of(body, request.getCurrent()));
        } else if (response.getEntity() instanceof InputStream bytes) {
            response.setEntity(InPieces.of(bytes));
        } else if (response.getEntity() instanceof byte[] bytes && bytes.length > HotAnswers.MAX_DOCUMENT_BYTES) {
            String namespace = Optional.ofNullable(uri.getPathParameters().getFirst("namespace"))
                    .orElse("");
            StreamingOutput pieces = InPieces.of(new ByteArrayInputStream(bytes));
            response.getHeaders().putSingle(HttpHeaders.CONTENT_LENGTH, bytes.length);
            response.setEntity((StreamingOutput) out -> {
                try (MemoryBudget.Share taken = budget.take(namespace, bytes.length)) {
                    pieces.write(out);
                }
            });
        }
    }
}
