import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Makes the start-up cache of a packaged server (JEP 514): runs it on an empty folder, sends it the requests that
/// clients send, and lets the JVM write down which classes and profiles it ended with. With the cache, a start takes
/// about half of the time that it takes without.
///
/// Usage: `java Training.java <start script> <cache> <folder>`. The server's data and, where no cache could be made, the
/// reason are in the folder meanwhile. Only JDK classes are used, so that this file runs as it is.
public final class Training {

    private static final int ROUNDS = 25;
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Pattern KEY = Pattern.compile("administrator key: (upk_\\w+)");
    private static final Pattern LISTENING = Pattern.compile("listening on (http://\\S+)");

    private final URI server;
    private final String key;

    private Training(URI server, String key) {
        this.server = server;
        this.key = key;
    }

    public static void main(String... args) throws Exception {
        Path script = Path.of(args[0]).toAbsolutePath().normalize();
        Path cache = Path.of(args[1]).toAbsolutePath().normalize();
        Path log = Path.of(args[2]).toAbsolutePath().resolve("training.log");
        Files.deleteIfExists(cache);
        Path half = cache.resolveSibling(cache.getFileName() + ".training");
        Path folder = Files.createTempDirectory(log.getParent(), "training-");
        try {
            run(script, folder, half);
            Files.move(half, cache, StandardCopyOption.ATOMIC_MOVE);
            System.out.println(cache + " " + (Files.size(cache) >> 20) + " MiB");
        } catch (Exception e) {
            // The cache only saves time, so a build without it is good.
            Files.writeString(log, e.getMessage() + "\n");
            System.err.println(
                    "unipkg: the server has no start-up cache, so it starts a little slower; " + log + " says why");
        } finally {
            delete(folder);
        }
    }

    private static void run(Path script, Path folder, Path cache) throws Exception {
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(
                        script.toString(), "--port", "0", "--data", folder.resolve("data").toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("UNIPKG_") || name.startsWith("QUARKUS_"));
        // The start script splits JAVA_OPTS at spaces, which the folder's name may have.
        builder.directory(cache.getParent().toFile());
        builder.environment().put("JAVA_OPTS", "-XX:AOTCacheOutput=" + cache.getFileName());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        try {
            URI server = URI.create(await(process, output, LISTENING));
            Training training = new Training(server, await(process, output, KEY));
            for (int round = 0; round < ROUNDS; round++) {
                training.round(round);
            }
        } finally {
            process.destroy();
        }
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || !Files.exists(cache)) {
            process.destroyForcibly();
            throw new IOException("the server wrote no cache:\n" + Files.readString(output));
        }
    }

    private static String await(Process process, Path output, Pattern pattern) throws Exception {
        long until = System.nanoTime() + LIMIT.toNanos();
        try (WatchService writes = output.getFileSystem().newWatchService()) {
            WatchKey files = output.getParent().register(writes, StandardWatchEventKinds.ENTRY_MODIFY);
            while (process.isAlive() && System.nanoTime() < until) {
                Matcher matcher = pattern.matcher(Files.readString(output));
                if (matcher.find()) {
                    return matcher.group(1);
                }
                writes.poll(1, TimeUnit.SECONDS);
                files.pollEvents();
                files.reset();
            }
        }
        throw new IOException("the server did not start:\n" + Files.readString(output));
    }

    /// The requests of clients: browse, log in, make an account, push an image, pull it, ask for absent
    /// content.
    private void round(int round) throws Exception {
        for (String path : new String[] {
            "/api/v1", "/api/v1/whoami", "/api/v1/namespaces", "/api/v1/packages", "/api/v1/packages?q=nginx",
            "/api/v1/kernels", "/", "/?q=nginx", "/packages/library/nothing", "/api/v1/packages/library/nothing", "/health", "/metrics", "/nothing"
        }) {
            send("GET", path, null, "", new byte[0]);
        }
        send("GET", "/v2/", null, "", new byte[0]);
        String basic = Base64.getEncoder().encodeToString(("u:" + key).getBytes(StandardCharsets.UTF_8));
        send("GET", "/v2/token?service=unipkg", "Basic " + basic, "", new byte[0]);
        String bearer = "Bearer " + key;
        send("POST", "/api/v1/namespaces", bearer, "application/json", json("{\"name\":\"n" + round + "\"}"));
        send("POST", "/api/v1/keys", bearer, "application/json", json("{\"namespace\":\"n" + round + "\"}"));
        push("n" + round + "/image", round, bearer);
    }

    private void push(String name, int round, String bearer) throws Exception {
        byte[] config = json("{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}");
        byte[] layer = ("layer " + round).repeat(1_000).getBytes(StandardCharsets.UTF_8);
        for (byte[] blob : new byte[][] {config, layer}) {
            send("HEAD", "/v2/" + name + "/blobs/" + digest(blob), bearer, "", new byte[0]);
            String upload = send("POST", "/v2/" + name + "/blobs/uploads/", bearer, "", new byte[0]);
            if (upload != null) {
                String to = upload + (upload.contains("?") ? "&" : "?") + "digest=" + digest(blob);
                send("PUT", to, bearer, "application/octet-stream", blob);
            }
            send("GET", "/v2/" + name + "/blobs/" + digest(blob), null, "", new byte[0]);
        }
        String type = "application/vnd.oci.image.manifest.v1+json";
        byte[] manifest = json("{\"schemaVersion\":2,\"mediaType\":\"" + type + "\",\"config\":"
                + descriptor("application/vnd.oci.image.config.v1+json", config) + ",\"layers\":["
                + descriptor("application/vnd.oci.image.layer.v1.tar", layer) + "]}");
        send("PUT", "/v2/" + name + "/manifests/latest", bearer, type, manifest);
        send("GET", "/v2/" + name + "/manifests/latest", null, "", new byte[0]);
        send("GET", "/v2/" + name + "/manifests/" + digest(manifest), null, "", new byte[0]);
        send("GET", "/v2/" + name + "/tags/list", null, "", new byte[0]);
        send("GET", "/v2/" + name + "/manifests/none", null, "", new byte[0]);
    }

    /// Sends one request and reads the whole answer, whatever its status.
    ///
    /// @return where the answer points, if anywhere
    private String send(String method, String path, String authorization, String type, byte[] body) throws IOException {
        HttpURLConnection request =
                (HttpURLConnection) server.resolve(path).toURL().openConnection();
        request.setRequestMethod(method);
        request.setReadTimeout((int) LIMIT.toMillis());
        if (authorization != null) {
            request.setRequestProperty("Authorization", authorization);
        }
        if (!method.equals("GET") && !method.equals("HEAD")) {
            request.setRequestProperty("Content-Type", type.isEmpty() ? "application/octet-stream" : type);
            request.setDoOutput(true);
            request.setFixedLengthStreamingMode(body.length);
            request.getOutputStream().write(body);
        }
        boolean good = request.getResponseCode() < 400;
        try (var answer = good ? request.getInputStream() : request.getErrorStream()) {
            if (answer != null) {
                answer.readAllBytes();
            }
        }
        return good ? request.getHeaderField("Location") : null;
    }

    private static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String descriptor(String mediaType, byte[] blob) throws Exception {
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + digest(blob) + "\",\"size\":" + blob.length + "}";
    }

    private static String digest(byte[] blob) throws Exception {
        return "sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(blob));
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
