package dev.unipkg.storage;

import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/// A small S3 server that keeps its objects in memory and breaks one promise. It believes every signature.
final class MisbehavingStorage implements Closeable {

    /// The promise that is broken; the check that finds it.
    enum Fault {
        NONE(""),
        SHOWS_WHAT_WAS_OVERWRITTEN("read after overwrite"),
        SAYS_WRONG_SIZES("size (HEAD)"),
        IGNORES_RANGES("ranges"),
        FINDS_WHAT_IS_ABSENT("absence"),
        LISTS_WITHOUT_THE_LAST("list after write"),
        LISTS_BACKWARDS("list after write"),
        LISTS_FROM_THE_BEGINNING("list after a key"),
        ENDS_AFTER_ONE_PAGE("list in pages"),
        KEEPS_WHAT_IS_DELETED("delete"),
        COPIES_NOTHING("copy"),
        SHOWS_PARTS("multipart: invisible before it is completed"),
        LOSES_PARTS("multipart: read after it is completed"),
        COMPLETES_NOTHING_OVER_AN_OBJECT("multipart: overwrite"),
        COPIES_EMPTY_PARTS("multipart: parts that are copies"),
        COMPLETES_WHAT_IS_ABORTED("multipart: abort");

        final String promise;

        Fault(String promise) {
            this.promise = promise;
        }
    }

    private final Fault fault;
    private final HttpServer server;
    private final NavigableMap<String, byte[]> objects = new TreeMap<>();
    private final Map<String, SortedMap<Integer, byte[]>> uploads = new HashMap<>();

    MisbehavingStorage(Fault fault) throws IOException {
        this.fault = fault;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                answer(exchange);
            }
        });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String[] path = exchange.getRequestURI().getPath().split("/", 3);
        Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
        String key = path.length < 3 ? "" : path[2];
        if (key.isEmpty()) {
            bucket(exchange, query);
        } else if (query.containsKey("uploads") || query.containsKey("uploadId")) {
            multipart(exchange, key, query, body);
        } else {
            object(exchange, key, body);
        }
    }

    private void bucket(HttpExchange exchange, Map<String, String> query) throws IOException {
        if (!query.containsKey("list-type")) {
            send(exchange, 200, new byte[0]);
            return;
        }
        String prefix = query.getOrDefault("prefix", "");
        String after = query.getOrDefault("continuation-token", query.getOrDefault("start-after", ""));
        int most = Integer.parseInt(query.getOrDefault("max-keys", "1000"));
        List<String> keys = objects.keySet().stream()
                .filter(key -> key.startsWith(prefix))
                .filter(key -> key.compareTo(after) > 0
                        || (fault == Fault.LISTS_FROM_THE_BEGINNING && query.containsKey("start-after")))
                .collect(Collectors.toList());
        if (fault == Fault.LISTS_WITHOUT_THE_LAST && !keys.isEmpty()) {
            keys.removeLast();
        }
        if (fault == Fault.LISTS_BACKWARDS) {
            Collections.reverse(keys);
        }
        List<String> page = keys.subList(0, Math.min(most, keys.size()));
        boolean truncated = page.size() < keys.size() && fault != Fault.ENDS_AFTER_ONE_PAGE;
        StringBuilder xml =
                new StringBuilder("<ListBucketResult><Name>b</Name><Prefix></Prefix><KeyCount>" + page.size()
                        + "</KeyCount><MaxKeys>" + most + "</MaxKeys><IsTruncated>" + truncated + "</IsTruncated>");
        if (truncated) {
            xml.append("<NextContinuationToken>").append(page.getLast()).append("</NextContinuationToken>");
        }
        for (String key : page) {
            xml.append("<Contents><Key>%s</Key><Size>%d</Size><ETag>\"x\"</ETag>"
                            .formatted(key, requireNonNull(objects.get(key)).length))
                    .append(
                            "<LastModified>2026-01-01T00:00:00.000Z</LastModified><StorageClass>STANDARD</StorageClass></Contents>");
        }
        send(exchange, 200, xml.append("</ListBucketResult>").toString());
    }

    private void object(HttpExchange exchange, String key, byte[] body) throws IOException {
        switch (exchange.getRequestMethod()) {
            case "PUT" -> put(exchange, key, body);
            case "DELETE" -> {
                if (fault != Fault.KEEPS_WHAT_IS_DELETED) {
                    objects.remove(key);
                }
                exchange.sendResponseHeaders(204, -1);
            }
            case "HEAD" -> head(exchange, key);
            default -> get(exchange, key);
        }
    }

    private void put(HttpExchange exchange, String key, byte[] body) throws IOException {
        String source = exchange.getRequestHeaders().getFirst("x-amz-copy-source");
        if (source != null) {
            if (fault != Fault.COPIES_NOTHING) {
                objects.put(key, source(source));
            }
            send(
                    exchange,
                    200,
                    "<CopyObjectResult><ETag>\"x\"</ETag>"
                            + "<LastModified>2026-01-01T00:00:00.000Z</LastModified></CopyObjectResult>");
            return;
        }
        if (fault != Fault.SHOWS_WHAT_WAS_OVERWRITTEN || !objects.containsKey(key)) {
            objects.put(key, body);
        }
        exchange.getResponseHeaders().set("ETag", "\"x\"");
        send(exchange, 200, new byte[0]);
    }

    private byte[] source(String copied) {
        String[] path = URLDecoder.decode(copied, StandardCharsets.UTF_8).split("/", 3);
        return requireNonNull(objects.get(path[2]), copied);
    }

    private void head(HttpExchange exchange, String key) throws IOException {
        byte[] bytes = objects.get(key);
        if (bytes == null) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        int size = bytes.length + (fault == Fault.SAYS_WRONG_SIZES ? 1 : 0);
        exchange.getResponseHeaders().set("Content-Length", Integer.toString(size));
        exchange.getResponseHeaders().set("ETag", "\"" + Arrays.hashCode(bytes) + "\"");
        exchange.getResponseHeaders().set("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT");
        exchange.sendResponseHeaders(200, -1);
    }

    private void get(HttpExchange exchange, String key) throws IOException {
        byte[] bytes = objects.get(key);
        if (bytes == null && fault != Fault.FINDS_WHAT_IS_ABSENT) {
            send(exchange, 404, "<Error><Code>NoSuchKey</Code><Message>none</Message></Error>");
            return;
        }
        byte[] whole = bytes == null ? new byte[0] : bytes;
        String range = exchange.getRequestHeaders().getFirst("Range");
        if (range == null || fault == Fault.IGNORES_RANGES) {
            send(exchange, 200, whole);
            return;
        }
        String[] ends = range.substring("bytes=".length()).split("-", -1);
        int from = Integer.parseInt(ends[0]);
        if (from >= whole.length) {
            send(exchange, 416, "<Error><Code>InvalidRange</Code><Message>past the end</Message></Error>");
            return;
        }
        int to = ends[1].isEmpty() ? whole.length : Math.min(whole.length, Integer.parseInt(ends[1]) + 1);
        exchange.getResponseHeaders().set("Content-Range", "bytes %d-%d/%d".formatted(from, to - 1, whole.length));
        send(exchange, 206, Arrays.copyOfRange(whole, from, to));
    }

    private void multipart(HttpExchange exchange, String key, Map<String, String> query, byte[] body)
            throws IOException {
        String id = query.getOrDefault("uploadId", UUID.randomUUID().toString());
        SortedMap<Integer, byte[]> parts = uploads.computeIfAbsent(id, _ -> new TreeMap<>());
        switch (exchange.getRequestMethod()) {
            case "PUT" -> {
                String source = exchange.getRequestHeaders().getFirst("x-amz-copy-source");
                byte[] copied = fault == Fault.COPIES_EMPTY_PARTS || source == null ? new byte[0] : source(source);
                parts.put(Integer.parseInt(query.get("partNumber")), source == null ? body : copied);
                if (fault == Fault.SHOWS_PARTS) {
                    objects.put(key, joined(parts));
                }
                exchange.getResponseHeaders().set("ETag", "\"x\"");
                send(
                        exchange,
                        200,
                        source == null
                                ? ""
                                : "<CopyPartResult><ETag>\"x\"</ETag>"
                                        + "<LastModified>2026-01-01T00:00:00.000Z</LastModified></CopyPartResult>");
            }
            case "DELETE" -> {
                if (fault == Fault.COMPLETES_WHAT_IS_ABORTED) {
                    objects.put(key, joined(parts));
                }
                uploads.remove(id);
                exchange.sendResponseHeaders(204, -1);
            }
            default -> {
                if (query.containsKey("uploads")) {
                    send(
                            exchange,
                            200,
                            "<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><UploadId>" + id
                                    + "</UploadId></InitiateMultipartUploadResult>");
                } else {
                    complete(key, parts);
                    send(
                            exchange,
                            200,
                            "<CompleteMultipartUploadResult><Location>l</Location><Bucket>b</Bucket><Key>k</Key>"
                                    + "<ETag>\"x\"</ETag></CompleteMultipartUploadResult>");
                }
            }
        }
    }

    private void complete(String key, SortedMap<Integer, byte[]> parts) {
        if (fault == Fault.LOSES_PARTS) {
            parts.remove(parts.lastKey());
        }
        if (fault != Fault.COMPLETES_NOTHING_OVER_AN_OBJECT || !objects.containsKey(key)) {
            objects.put(key, joined(parts));
        }
    }

    private static byte[] joined(SortedMap<Integer, byte[]> parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        parts.values().forEach(joined::writeBytes);
        return joined.toByteArray();
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> query = new HashMap<>();
        for (String pair : raw == null ? new String[0] : raw.split("&")) {
            String[] sides = pair.split("=", 2);
            query.put(sides[0], sides.length < 2 ? "" : URLDecoder.decode(sides[1], StandardCharsets.UTF_8));
        }
        return query;
    }

    private static void send(HttpExchange exchange, int status, String xml) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        send(exchange, status, xml.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, byte[] bytes) throws IOException {
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
