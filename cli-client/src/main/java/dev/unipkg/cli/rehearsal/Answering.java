package dev.unipkg.cli.rehearsal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.unipkg.api.ApiRecord;
import dev.unipkg.cli.shelf.Refs;
import dev.unipkg.cli.shelf.Shelf;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.oci.MediaTypes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Answers HTTP requests on this machine, over connections that stay open, as registries do: documents and blobs are
/// those of a shelf, the API says what it is told to, everything else is not there.
final class Answering implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    private final Shelf shelf;
    private volatile Map<String, ApiRecord> api = Map.of();

    /// @param shelf whose packages were built there
    Answering(Shelf shelf) throws IOException {
        this.shelf = shelf;
        Thread.ofPlatform().daemon().start(this::serve);
    }

    String url() {
        return "http://127.0.0.1:" + socket.getLocalPort();
    }

    /// What to say of the API's paths.
    void show(Map<String, ApiRecord> answers) {
        api = Map.copyOf(answers);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void serve() {
        while (!socket.isClosed()) {
            try {
                Socket caller = socket.accept();
                Thread.ofPlatform().daemon().start(() -> serve(caller));
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket caller) {
        try (caller) {
            BufferedReader requests = new BufferedReader(new InputStreamReader(caller.getInputStream(), US_ASCII));
            for (String first = requests.readLine(); first != null; first = requests.readLine()) {
                for (String line = first; line != null && !line.isEmpty(); ) {
                    line = requests.readLine();
                }
                answer(first.split(" ")[1], caller.getOutputStream());
            }
        } catch (IOException e) {
            // Whoever asked has gone.
        }
    }

    private void answer(String path, OutputStream out) throws IOException {
        Optional<Path> file = path.startsWith("/v2/") ? file(path.split("/")) : Optional.empty();
        if (file.isPresent()) {
            head(out, "200 OK", MediaTypes.IMAGE_INDEX, Files.size(file.get()));
            Files.copy(file.get(), out);
        } else {
            Optional<ApiRecord> shown = Optional.ofNullable(api.get(path.split("\\?")[0]));
            byte[] body = shown.map(answer -> answer.toJson().toBytes()).orElseGet("{}"::getBytes);
            head(out, shown.isPresent() ? "200 OK" : "404 Not Found", "application/json", body.length);
            out.write(body);
        }
    }

    /// @param path ``, `v2`, the namespace, the name, `manifests` or `blobs`, and a version or digest
    private Optional<Path> file(String[] path) throws IOException {
        Optional<Digest> digest = path[5].startsWith("sha256:")
                ? Optional.of(Digest.parse(path[5]))
                : shelf.refs().find(Refs.BUILT_HERE, new PackageName(path[2], path[3]), path[5]);
        return digest.filter(shelf::hasBlob).map(shelf::blob);
    }

    private static void head(OutputStream out, String status, String type, long length) throws IOException {
        out.write("HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
                .formatted(status, type, length)
                .getBytes(US_ASCII));
    }
}
