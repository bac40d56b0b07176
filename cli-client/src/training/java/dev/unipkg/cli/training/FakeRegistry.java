package dev.unipkg.cli.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.unipkg.api.PullNumber;
import dev.unipkg.format.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/// A small registry in this process: the OCI API with real uploads, ranges and tags, fixed answers of the native API,
/// and faults on demand. A broken blob, which is not what its digest says, is absent. It remembers every request. The
/// tests use it too.
public final class FakeRegistry implements AutoCloseable {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final Pattern BLOB = Pattern.compile("/v2/(.+)/blobs/(sha256:[0-9a-f]{64})");
    private static final Pattern UPLOADS = Pattern.compile("/v2/(.+)/blobs/uploads/(.*)");
    private static final Pattern MANIFEST = Pattern.compile("/v2/(.+)/manifests/(.+)");
    private static final Pattern TAGS = Pattern.compile("/v2/(.+)/tags/list");

    public final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    public final Map<String, Document> documents = new ConcurrentHashMap<>();
    public final Map<String, String> answers = new ConcurrentHashMap<>();
    public final Map<String, Fault> faults = new ConcurrentHashMap<>();
    /// The digests of the blobs whose downloads it says it counts.
    public final Set<String> counted = ConcurrentHashMap.newKeySet();

    public final List<Seen> seen = new CopyOnWriteArrayList<>();
    public Optional<String> key = Optional.empty();
    public Optional<String> keyForReads = Optional.empty();

    /// The challenge for a request without a key.
    public volatile String challenge = "Basic realm=\"fake\"";
    private final Map<String, ByteArrayOutputStream> uploads = new ConcurrentHashMap<>();
    private final AtomicInteger started = new AtomicInteger();
    private final String scheme;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    public record Document(String mediaType, byte[] bytes) {}

    public record Seen(String method, String path, Headers headers) {
        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.getFirst(name));
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    /// A hook between a request and its answer.
    public interface Reaction {
        void run() throws IOException;
    }

    /// A fault of a path.
    public sealed interface Fault {
        /// The connection breaks after this many bytes of body, so many times.
        record Cut(int afterBytes, int[] times) implements Fault {}

        /// Other bytes than were asked for.
        record Replace(byte[] bytes) implements Fault {}

        /// A body that never ends.
        record Endless() implements Fault {}

        /// A body that comes in pieces of this many bytes, with a pause between them.
        record Slow(int pieceBytes, int pauseMillis) implements Fault {}

        /// Something happens before the answer.
        record Meanwhile(Reaction reaction) implements Fault {}

        /// Go elsewhere.
        record Redirect(String location) implements Fault {}

        /// An error, so many times.
        record Status(int status, String body, int[] times) implements Fault {}

        /// Ranges are not known here.
        record NoRanges() implements Fault {}
    }

    public FakeRegistry() throws IOException {
        this("http", HttpServer.create(ANY_PORT, 0));
    }

    private FakeRegistry(String scheme, HttpServer server) {
        this.scheme = scheme;
        this.server = server;
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    /// A registry with TLS, whose certificate for 127.0.0.1 is trusted by the context's own key.
    public static FakeRegistry secure(SSLContext context) throws IOException {
        HttpsServer server = HttpsServer.create(ANY_PORT, 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        return new FakeRegistry("https", server);
    }

    public String url() {
        return scheme + "://" + authority();
    }

    public String authority() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    public List<String> seenMethods(String method) {
        return seen.stream()
                .filter(request -> request.method().equals(method))
                .map(Seen::toString)
                .toList();
    }

    public void putBlob(byte[] bytes) {
        blobs.put(Digest.of(bytes).toString(), bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().toString();
        String method = exchange.getRequestMethod();
        seen.add(new Seen(method, path, exchange.getRequestHeaders()));
        try (exchange) {
            boolean read = method.equals("GET") || method.equals("HEAD");
            Optional<String> needed = read ? keyForReads : key;
            String bearer = "Bearer " + needed.orElse("");
            if (needed.isPresent()
                    && !bearer.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
                json(exchange, 401, "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"who are you?\"}]}");
                return;
            }
            Fault fault = faults.get(path);
            if (fault instanceof Fault.Status(int status, String body, int[] times) && times[0]-- > 0) {
                json(exchange, status, body);
            } else if (fault instanceof Fault.Redirect(String location)) {
                exchange.getResponseHeaders().set("Location", location);
                exchange.sendResponseHeaders(307, -1);
            } else {
                if (fault instanceof Fault.Meanwhile(Reaction reaction)) {
                    reaction.run();
                }
                route(exchange, method, path);
            }
        }
    }

    private void route(HttpExchange exchange, String method, String path) throws IOException {
        Matcher blob = BLOB.matcher(path);
        Matcher upload = UPLOADS.matcher(path);
        Matcher manifest = MANIFEST.matcher(path);
        Matcher tags = TAGS.matcher(path.replaceFirst("\\?.*", ""));
        if (blob.matches()) {
            blob(exchange, method, path, blob.group(2));
        } else if (upload.matches()) {
            upload(exchange, method, upload.group(1), upload.group(2));
        } else if (manifest.matches()) {
            manifest(exchange, method, manifest.group(1), manifest.group(2));
        } else if (tags.matches()) {
            tags(exchange, tags.group(1));
        } else if (path.equals("/v2/")) {
            json(exchange, 200, "{}");
        } else if (answer(path).isPresent()) {
            json(exchange, 200, answer(path).get());
        } else {
            json(exchange, 404, "{\"errors\":[{\"code\":\"NAME_UNKNOWN\",\"message\":\"no such thing\"}]}");
        }
    }

    // An answer without a query is that to every query.
    private Optional<String> answer(String path) {
        return Optional.ofNullable(answers.get(path)).or(() -> Optional.ofNullable(answers.get(path.split("\\?")[0])));
    }

    private void blob(HttpExchange exchange, String method, String path, String digest) throws IOException {
        byte[] bytes = blobs.get(digest);
        if (bytes == null || !Digest.of(bytes).toString().equals(digest)) {
            json(exchange, 404, "{\"errors\":[{\"code\":\"BLOB_UNKNOWN\",\"message\":\"no such blob\"}]}");
            return;
        }
        if (method.equals("HEAD")) {
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        Fault fault = faults.get(path);
        if (fault instanceof Fault.Endless) {
            endless(exchange);
            return;
        }
        if (counted.contains(digest)) {
            exchange.getResponseHeaders().set(PullNumber.DOWNLOAD_HEADER, PullNumber.COUNTS);
        }
        byte[] body = fault instanceof Fault.Replace(byte[] other) ? other : bytes;
        Matcher range = Pattern.compile("bytes=([0-9]+)-")
                .matcher(Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range"))
                        .orElse(""));
        int from = range.matches() && !(fault instanceof Fault.NoRanges) ? Integer.parseInt(range.group(1)) : 0;
        if (from > 0) {
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (body.length - 1) + "/" + body.length);
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, body.length - from == 0 ? -1 : body.length - from);
        OutputStream out = exchange.getResponseBody();
        if (fault instanceof Fault.Cut(int after, int[] times) && times[0]-- > 0) {
            out.write(body, from, Math.min(after, body.length - from));
            out.flush();
            throw new IOException("cut, as asked");
        }
        if (fault instanceof Fault.Slow(int piece, int pause)) {
            for (int at = from; at < body.length; at += piece) {
                out.write(body, at, Math.min(piece, body.length - at));
                out.flush();
                pause(pause);
            }
            return;
        }
        out.write(body, from, body.length - from);
    }

    private static void pause(int millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static void endless(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        byte[] piece = new byte[8192];
        for (int i = 0; i < 1 << 20; i++) {
            exchange.getResponseBody().write(piece);
        }
    }

    private void upload(HttpExchange exchange, String method, String repository, String rest) throws IOException {
        String id = rest.replaceFirst("\\?.*", "");
        switch (method) {
            case "POST" -> {
                String fresh = "u" + started.incrementAndGet();
                uploads.put(fresh, new ByteArrayOutputStream());
                String here = "/v2/" + repository + "/blobs/uploads/" + fresh;
                String session = faults.get("session") instanceof Fault.Redirect(String other) ? other : here;
                exchange.getResponseHeaders().set("Location", session);
                exchange.sendResponseHeaders(202, -1);
            }
            case "GET" -> {
                ByteArrayOutputStream held = uploads.get(id);
                if (held == null) {
                    json(exchange, 404, "{\"errors\":[{\"code\":\"BLOB_UPLOAD_UNKNOWN\",\"message\":\"gone\"}]}");
                    return;
                }
                exchange.getResponseHeaders().set("Range", "0-" + Math.max(0, held.size() - 1));
                exchange.sendResponseHeaders(204, -1);
            }
            case "PUT" -> finish(exchange, id, rest.replaceFirst(".*digest=", ""));
            default -> exchange.sendResponseHeaders(405, -1);
        }
    }

    private void finish(HttpExchange exchange, String id, String digest) throws IOException {
        ByteArrayOutputStream held = requireNonNull(uploads.get(id), id);
        Fault fault = faults.get("upload");
        long length = Long.parseLong(exchange.getRequestHeaders().getFirst("Content-Length"));
        if (fault instanceof Fault.Cut(int after, int[] times) && length > after && times[0]-- > 0) {
            held.write(exchange.getRequestBody().readNBytes(after));
            throw new IOException("cut, as asked");
        }
        String range = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Range"))
                .orElse("0-");
        if (Integer.parseInt(range.substring(0, range.indexOf('-'))) != held.size()) {
            json(exchange, 416, "{\"errors\":[{\"code\":\"BLOB_UPLOAD_INVALID\",\"message\":\"elsewhere\"}]}");
            return;
        }
        held.write(exchange.getRequestBody().readAllBytes());
        byte[] bytes = held.toByteArray();
        if (!Digest.of(bytes).toString().equals(digest)) {
            json(exchange, 400, "{\"errors\":[{\"code\":\"DIGEST_INVALID\",\"message\":\"other bytes\"}]}");
            return;
        }
        blobs.put(digest, bytes);
        uploads.remove(id);
        exchange.sendResponseHeaders(201, -1);
    }

    private void manifest(HttpExchange exchange, String method, String repository, String reference)
            throws IOException {
        String name = repository + ":" + reference;
        if (method.equals("PUT")) {
            byte[] bytes = exchange.getRequestBody().readAllBytes();
            Document document = new Document(exchange.getRequestHeaders().getFirst("Content-Type"), bytes);
            documents.put(name, document);
            documents.put(repository + ":" + Digest.of(bytes), document);
            exchange.sendResponseHeaders(201, -1);
            return;
        }
        Document document = documents.get(name);
        if (document == null) {
            json(exchange, 404, "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"no such manifest\"}]}");
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", document.mediaType());
        if (method.equals("HEAD")) {
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        exchange.sendResponseHeaders(200, document.bytes().length);
        exchange.getResponseBody().write(document.bytes());
    }

    private void tags(HttpExchange exchange, String repository) throws IOException {
        List<String> tags = new ArrayList<>();
        for (String name : documents.keySet()) {
            if (name.startsWith(repository + ":") && !name.contains("sha256:")) {
                tags.add('"' + name.substring(repository.length() + 1) + '"');
            }
        }
        json(exchange, 200, "{\"name\":\"%s\",\"tags\":[%s]}".formatted(repository, String.join(",", tags)));
    }

    private static void json(HttpExchange exchange, int status, String json) throws IOException {
        byte[] bytes = json.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, exchange.getRequestMethod().equals("HEAD") ? -1 : bytes.length);
        if (!exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseBody().write(bytes);
        }
    }
}
