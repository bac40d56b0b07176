package dev.unipkg.journeys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The journeys on S3 and a PostgreSQL of its own, and those of clients of ops, which follow no redirect to the bucket.
class JourneysOnS3AndPostgresTest extends JourneysContract {

    private static final String BOUNDARY = "a-boundary";

    private Path objects = Path.of("none");

    @Override
    Backend backend() throws IOException, InterruptedException {
        Backend.S3AndPostgres started = Backend.S3AndPostgres.start();
        objects = started.buckets().resolve("unipkg/blobs/sha256");
        return started;
    }

    @Test
    void tarballForOpsIsKeptInTheBucketAndMadeAgainWhereItsObjectIsLost() throws Exception {
        publishText("library/hubbed", "1.0.0", "for clients of ops");
        byte[] tarball = tarball("library/hubbed");
        Path object = objects.resolve(Digest.of(tarball).hex());
        assertThat(object).hasBinaryContent(tarball);

        Files.delete(object);

        assertThat(tarball("library/hubbed")).isEqualTo(tarball);
        assertThat(object).hasBinaryContent(tarball);
    }

    @Test
    void tarballThatOpsPushesToABucketIsAPackage() throws Exception {
        publishText("library/given-back", "1.0.0", "the page of somebody who has ops only");
        String key = registry.newNamespace("opsers");

        HttpResponse<byte[]> pushed = send(HttpRequest.newBuilder(URI.create(registry.url() + "/packages/create"))
                .header("x-api-key", key)
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(BodyPublishers.ofByteArray(form(
                        Map.of("name", "given-back", "version", "1.0.0", "arch", "x86_64"),
                        tarball("library/given-back")))));

        assertThat(pushed.statusCode()).as(new String(pushed.body(), UTF_8)).isEqualTo(200);
        PkgCommand stranger = stranger();
        stranger.run("get", "opsers/given-back:1.0.0").succeeded();
        assertThat(printed(stranger.run("contents", "opsers/given-back:1.0.0"))).contains("/srv/index.html");
    }

    private byte[] tarball(String name) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer =
                send(HttpRequest.newBuilder(URI.create(registry.url() + "/v2/packages/" + name + "/1.0.0.tar.gz")));
        assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(200);
        return answer.body();
    }

    private static HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), BodyHandlers.ofByteArray());
        }
    }

    private static byte[] form(Map<String, String> fields, byte[] tarball) {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        fields.forEach(
                (name, value) -> form.writeBytes("--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
                        .formatted(BOUNDARY, name, value)
                        .getBytes(UTF_8)));
        form.writeBytes(("--" + BOUNDARY
                        + "\r\nContent-Disposition: form-data; name=\"package\"; filename=\"a.tar.gz\"\r\n\r\n")
                .getBytes(UTF_8));
        form.writeBytes(tarball);
        form.writeBytes(("\r\n--" + BOUNDARY + "--\r\n").getBytes(UTF_8));
        return form.toByteArray();
    }
}
