package dev.unipkg.registry.wiring;

import dev.unipkg.api.ApiRecord;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;

/// Sends a document of the native API as the document itself says it travels.
@Provider
@Produces(MediaType.APPLICATION_JSON)
public class ApiRecordWriter implements MessageBodyWriter<ApiRecord> {

    @Override
    public boolean isWriteable(Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
        return ApiRecord.class.isAssignableFrom(type);
    }

    @Override
    public void writeTo(
            ApiRecord document,
            Class<?> type,
            Type generic,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, Object> headers,
            OutputStream body)
            throws IOException {
        byte[] bytes = document.toBytes();
        headers.putSingle(HttpHeaders.CONTENT_LENGTH, bytes.length);
        body.write(bytes);
    }
}
