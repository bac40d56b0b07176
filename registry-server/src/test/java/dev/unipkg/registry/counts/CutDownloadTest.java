package dev.unipkg.registry.counts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.format.tree.Content;
import dev.unipkg.kernels.Family;
import dev.unipkg.kernels.KernelArtifact;
import dev.unipkg.kernels.KernelRelease;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// A client that leaves before the last byte is not counted. The blob is a kernel file, which may be larger than what
/// the
/// system holds for a connection.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
@TestProfile(CutDownloadTest.RegistryOfItsOwn.class)
class CutDownloadTest {

    /// Other tests list all kernel families.
    public static final class RegistryOfItsOwn implements QuarkusTestProfile {}

    /// More than the system holds for a connection.
    private static final int LARGE_BYTES = 32 << 20;

    /// Less than that, as real kernels have.
    private static final int SMALL_BYTES = 1 << 20;

    private static final int RECEIVED_BYTES = 64 << 10;

    @TestHTTPResource
    URI server;

    @Inject
    TestKeys keys;

    @Inject
    CountedRows rows;

    @Test
    void connectionCutBeforeTheLastByteCountsNothing() throws Exception {
        Pusher pusher = new Pusher(keys.administrator(), "kernels/unikraft");
        for (int bytes : List.of(LARGE_BYTES, SMALL_BYTES)) {
            Digest kernel = publishKernel(pusher, bytes);
            long before = rows.of(pusher.repository());
            try (Socket socket = new Socket()) {
                socket.setReceiveBufferSize(RECEIVED_BYTES);
                socket.setSoLinger(true, 0);
                socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
                socket.getOutputStream()
                        .write(("GET " + pusher.path("blobs/" + kernel) + " HTTP/1.1\r\nHost: x\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().readNBytes(RECEIVED_BYTES)).hasSize(RECEIVED_BYTES);
                // Meanwhile the system takes as much of the first answer as it does.
                try (HttpClient client = HttpClient.newHttpClient()) {
                    HttpRequest whole = HttpRequest.newBuilder(server.resolve(pusher.path("blobs/" + kernel)))
                            .build();
                    assertThat(client.send(whole, BodyHandlers.ofByteArray()).body())
                            .hasSize(bytes);
                }
            }
            assertThat(rows.of(pusher.repository())).isEqualTo(before + 1);
        }
    }

    private Digest publishKernel(Pusher pusher, int bytes) throws IOException, InterruptedException {
        TreeMap<String, Content> files = new TreeMap<>(Map.of("kernel", new Content.Bytes(new byte[bytes])));
        Version version = new Version("1." + bytes);
        KernelArtifact artifact = KernelArtifact.of(KernelRelease.of(Family.UNIKRAFT, version, Arch.X86_64, files));
        Digest kernel = pusher.zeros(server, bytes);
        pusher.blob("{}".getBytes(StandardCharsets.US_ASCII));
        byte[] manifest = artifact.manifest().toBytes();
        pusher.manifest(Digest.of(manifest).toString(), manifest).statusCode(201);
        byte[] index = KernelArtifact.index(
                        Family.UNIKRAFT,
                        version,
                        Map.of(Arch.X86_64, Descriptor.of(MediaTypes.IMAGE_MANIFEST, manifest)))
                .toBytes();
        pusher.index(version.tag(), index).statusCode(201);
        return kernel;
    }
}
