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
/// @param asker whether to say who asks
/// @param isChecked whether the answer comes only when what is sent was checked, which takes minutes for large packages
/// @param isOfBlob whether it reads a blob, which a registry may keep at another host
record Request(
        String method,
        URI uri,
        Map<String, String> headers,
        Optional<Body> body,
        Asker asker,
        boolean isChecked,
        boolean isOfBlob) {

    /// Whether a registry learns who asks it.
    enum Asker {
        /// Never, whatever it demands.
        STRANGER,
        /// Sent after a 401 only, as for reads: public content is read anonymously.
        ON_DEMAND,
        /// At once.
        KNOWN
    }

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
        return new Request("GET", uri, Map.of("Accept", "*/*"), Optional.empty(), Asker.ON_DEMAND, false, false);
    }

    static Request head(URI uri) {
        return new Request("HEAD", uri, Map.of("Accept", "*/*"), Optional.empty(), Asker.ON_DEMAND, false, false);
    }

    static Request delete(URI uri) {
        return new Request("DELETE", uri, Map.of("Accept", "*/*"), Optional.empty(), Asker.KNOWN, false, false);
    }

    static Request send(String method, URI uri, Body body) {
        return new Request(method, uri, Map.of("Accept", "*/*"), Optional.of(body), Asker.KNOWN, false, false);
    }

    Request with(String header, String value) {
        TreeMap<String, String> more = new TreeMap<>(headers);
        more.put(header, value);
        return new Request(method, uri, more, body, asker, isChecked, isOfBlob);
    }

    Request asOfBlob() {
        return new Request(method, uri, headers, body, asker, isChecked, true);
    }

    Request asMe() {
        return new Request(method, uri, headers, body, Asker.KNOWN, isChecked, isOfBlob);
    }

    Request asStranger() {
        return new Request(method, uri, headers, body, Asker.STRANGER, isChecked, isOfBlob);
    }

    Request asChecked() {
        return new Request(method, uri, headers, body, asker, true, isOfBlob);
    }
}
