package dev.unipkg.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The request that makes a bucket, seen on the wire, and by a real S3 server.
class BucketCreationTest {

    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /// A storage without buckets that takes every new one.
    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean put = exchange.getRequestMethod().equals("PUT");
            if (put) {
                bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            }
            exchange.sendResponseHeaders(put ? 200 : 404, -1);
        }
    }

    @Test
    void defaultRegionIsNotSentAsLocationConstraint() throws IOException {
        make("us-east-1");

        assertThat(bodies).containsExactly("");
    }

    @Test
    void otherRegionIsSentAsLocationConstraint() throws IOException {
        make("eu-central-1");

        assertThat(bodies).singleElement().asString().contains("<LocationConstraint>eu-central-1</LocationConstraint>");
    }

    @Test
    void bucketInTheDefaultRegionIsThereAfterwards() throws IOException {
        StorageConfig.S3 config = config(S3Proxy.running().endpoint(), "us-east-1");
        try (S3Bucket bucket = new S3Bucket(config)) {
            bucket.make();

            bucket.requireThere();
        }
    }

    private void make(String region) throws IOException {
        URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        try (S3Bucket bucket = new S3Bucket(config(endpoint, region))) {
            bucket.make();
        }
    }

    private static StorageConfig.S3 config(URI endpoint, String region) {
        return new StorageConfig.S3(
                endpoint,
                region,
                "created-" + UUID.randomUUID(),
                S3Proxy.CREDENTIALS,
                true,
                new StorageConfig.Delivery.Proxied(),
                StorageConfig.S3.MIN_PART_BYTES,
                1,
                StoreLimits.DEFAULT);
    }
}
