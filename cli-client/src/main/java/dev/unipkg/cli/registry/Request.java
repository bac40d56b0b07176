package dev.unipkg.cli.registry;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// One HTTP request.
///
/// @param method `GET`, `HEAD`, `PUT`, `POST`, `DELETE`
/// @param signed whether to say who asks. Reads are not signed unless the registry demands it, so that it does not
///     learn who reads what is public.
record Request(String method, URI uri, Map<String, String> headers, Optional<Body> body, boolean signed) {

    /// Bytes to send.
    record Body(long size, Source source) {
        static Body of(byte[] bytes) {
            return new Body(bytes.length, () -> new ByteArrayInputStream(bytes));
        }
    }

    /// Opens the bytes of a body, again for every attempt.
    interface Source {
        InputStream open() throws IOException;
    }

    static Request get(URI uri) {
        return new Request("GET", uri, Map.of("Accept", "*/*"), Optional.empty(), false);
    }

    static Request head(URI uri) {
        return new Request("HEAD", uri, Map.of("Accept", "*/*"), Optional.empty(), false);
    }

    static Request send(String method, URI uri, Body body) {
        return new Request(method, uri, Map.of("Accept", "*/*"), Optional.of(body), true);
    }

    Request with(String header, String value) {
        TreeMap<String, String> more = new TreeMap<>(headers);
        more.put(header, value);
        return new Request(method, uri, more, body, signed);
    }

    Request asMe() {
        return new Request(method, uri, headers, body, true);
    }
}
