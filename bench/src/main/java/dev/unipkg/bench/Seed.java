package dev.unipkg.bench;

import dev.unipkg.format.Digest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Pushes files as blobs and an image manifest that names them, for others to fetch. Prints the manifest's digest.
///
///     Seed <registry> <repository> <tag> <authorization or -> <file>…
final class Seed {

    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    private Seed() {}

    public static void main(String[] args) throws IOException {
        Optional<String> authorization = Optional.of(args[3]).filter(value -> !value.equals("-"));
        try (OciClient registry = new OciClient(URI.create(args[0]), args[1], authorization)) {
            if (authorization.isPresent()) {
                String namespace = args[1].substring(0, args[1].indexOf('/'));
                registry.post("/api/v1/namespaces", "{\"name\":\"" + namespace + "\"}", 200, 201, 409);
            }
            StringBuilder layers = new StringBuilder();
            for (int i = 4; i < args.length; i++) {
                byte[] bytes = Files.readAllBytes(Path.of(args[i]));
                registry.push(Digest.of(bytes), bytes);
                layers.append(layers.isEmpty() ? "" : ",")
                        .append(descriptor("application/vnd.oci.image.layer.v1.tar", bytes));
            }
            byte[] config =
                    "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}"
                            .getBytes(StandardCharsets.UTF_8);
            registry.push(Digest.of(config), config);
            byte[] manifest = ("{\"schemaVersion\":2,\"mediaType\":\"" + MANIFEST + "\",\"config\":"
                            + descriptor("application/vnd.oci.image.config.v1+json", config) + ",\"layers\":[" + layers
                            + "]}")
                    .getBytes(StandardCharsets.UTF_8);
            registry.pushManifest(args[2], MANIFEST, manifest);
            System.out.println(Digest.of(manifest));
        }
    }

    private static String descriptor(String mediaType, byte[] bytes) {
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + Digest.of(bytes) + "\",\"size\":" + bytes.length
                + "}";
    }
}
