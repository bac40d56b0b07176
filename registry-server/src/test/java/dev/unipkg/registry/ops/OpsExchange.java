package dev.unipkg.registry.ops;

import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A request that a client of ops sent, byte for byte but for the host and its API key, and what it was answered.
///
/// @param line the method, the path with its query, and the version of HTTP
/// @param headers each as a line, in the order they were sent
/// @param answer without its body where that was no JSON
record OpsExchange(String line, List<String> headers, Body body, OpsAnswer answer) {

    /// The value of the key's header in recordings.
    private static final String KEY = "{key}";

    /// The bytes of a body.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Body(byte[] bytes) {}

    /// An answer.
    ///
    /// @param headers by name, in lower case
    record OpsAnswer(int status, Map<String, String> headers, Body body) {

        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /// The recorded exchanges, one in a line.
    static List<OpsExchange> recorded(Path file) throws IOException {
        List<OpsExchange> exchanges = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            exchanges.add(of(Json.parseObject(line.getBytes(StandardCharsets.UTF_8), JsonLimits.DEFAULT)));
        }
        return exchanges;
    }

    private static OpsExchange of(Fields recorded) throws IOException {
        Fields request = recorded.fields("request");
        Fields response = recorded.fields("response");
        Optional<String> text = request.optionalText("body");
        byte[] body = text.isPresent()
                ? text.get().getBytes(StandardCharsets.UTF_8)
                : Base64.getDecoder().decode(request.optionalText("bodyBase64").orElse(""));
        Map<String, String> headers = new TreeMap<>();
        for (String header : response.texts("headers")) {
            addTo(headers, header);
        }
        byte[] answered = response.optionalText("body").orElse("").getBytes(StandardCharsets.UTF_8);
        return new OpsExchange(
                request.text("line"),
                request.texts("headers"),
                new Body(body),
                new OpsAnswer((int) response.number("status", 100, 599), headers, new Body(answered)));
    }

    /// Sends the request again.
    OpsAnswer replay(URI server, String key) throws IOException {
        StringBuilder head = new StringBuilder(line).append("\r\nHost: ").append(server.getAuthority());
        headers.forEach(header -> head.append("\r\n").append(header.replace(KEY, key)));
        head.append("\r\nConnection: close\r\n\r\n");
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().write(body.bytes());
            return read(socket.getInputStream().readAllBytes());
        }
    }

    private static OpsAnswer read(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        String[] head = text.substring(0, end).split("\r\n");
        Map<String, String> headers = new TreeMap<>();
        for (int i = 1; i < head.length; i++) {
            addTo(headers, head[i]);
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(bytes, end + 4, bytes.length - end - 4);
        return new OpsAnswer(Integer.parseInt(head[0].split(" ")[1]), headers, new Body(body.toByteArray()));
    }

    private static void addTo(Map<String, String> headers, String line) {
        int colon = line.indexOf(':');
        headers.put(
                line.substring(0, colon).toLowerCase(java.util.Locale.ROOT),
                line.substring(colon + 1).strip());
    }
}
