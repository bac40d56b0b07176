package dev.unipkg.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The life of a server's process: how it starts, refuses to start, stops, and comes back after being killed.
class ServerLifeTest {

    private static final Path LAUNCHER =
            Path.of("../../registry-server/bin/registry").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    @Test
    void whatWasAcknowledgedIsThereAfterKillsAndAfterAnOrderlyStop() throws Exception {
        Backend defaults = new Backend.Defaults();
        try (RegistryProcess registry = RegistryProcess.open(defaults)) {
            assertThat(makeNamespace(registry, "first")).isEqualTo(201);
            registry.kill9();
            registry.restart();
            assertThat(registry.log()).doesNotContain("administrator key");
            assertThat(makeNamespace(registry, "second")).isEqualTo(201);
            ProcessHandle.of(postmaster(registry)).orElseThrow().destroyForcibly();
            registry.kill9();
            registry.restart();
            assertThat(makeNamespace(registry, "third")).isEqualTo(201);
            long postgres = postmaster(registry);
            registry.stop();
            assertThat(ProcessHandle.of(postgres)).isEmpty();
            registry.restart();
            assertThat(registry.get("/api/v1/namespaces")).contains("\"first\"", "\"second\"", "\"third\"");
        }
    }

    @Test
    void aWrongSettingStopsTheStartWithASentence() throws Exception {
        assertThat(refusal(Map.of("UNIPKG_STORAGE_S3_BUKET", "x"), "0"))
                .isEqualTo(
                        "unipkg: there is no setting UNIPKG_STORAGE_S3_BUKET; did you mean UNIPKG_STORAGE_S3_BUCKET?");
        assertThat(refusal(Map.of("UNIPKG_MAX_BLOB_BYTES", "lots"), "0"))
                .isEqualTo("unipkg: unipkg.max-blob-bytes is \"lots\", expected a whole number");
        assertThat(refusal(Map.of("JAVA_OPTS", "-Dunipkg.storage.knd=s3"), "0"))
                .isEqualTo("unipkg: there is no setting unipkg.storage.knd; did you mean unipkg.storage.kind?");
        assertThat(refusal(Map.of("QUARKUS_DATASOURCE_JDBC_ULR", "jdbc:postgresql://db/unipkg"), "0"))
                .isEqualTo("unipkg: there is no setting QUARKUS_DATASOURCE_JDBC_ULR; did you mean"
                        + " QUARKUS_DATASOURCE_JDBC_URL?");
        assertThat(refusal(Map.of("UNIPKG_STORAGE_KIND", "s3"), "0"))
                .isEqualTo("unipkg: unipkg.storage.kind is s3, so unipkg.storage.s3.endpoint (or"
                        + " UNIPKG_STORAGE_S3_ENDPOINT) is needed");
        assertThat(refusal(Map.of("UNIPKG_MAX_BLOB_BYTES", "-5"), "0"))
                .isEqualTo("unipkg: unipkg.max-blob-bytes is \"-5\", expected 1 or more");
        assertThat(refusal(Map.of("UNIPKG_STORAGE_S3_PRESIGN_FOR", "30d"), "0"))
                .isEqualTo("unipkg: unipkg.storage.s3.presign-for is \"30d\", expected 0, or 1s to 7d");
        assertThat(refusal(Map.of(), "70000"))
                .isEqualTo("unipkg: quarkus.http.port is \"70000\", expected a whole number from 0 to 65535");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"))) {
            assertThat(refusal(Map.of(), Integer.toString(taken.getLocalPort())))
                    .startsWith("unipkg: port " + taken.getLocalPort() + " on 0.0.0.0 cannot be used");
        }
        assertThat(folder.resolve("data/postgres/cluster")).doesNotExist();
    }

    @Test
    void aDatabaseThatDoesNotAnswerStopsTheStartWithItsReason() throws Exception {
        int nobody;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = free.getLocalPort();
        }
        Map<String, String> settings = Map.of(
                "QUARKUS_DATASOURCE_JDBC_URL", "jdbc:postgresql://127.0.0.1:" + nobody + "/unipkg",
                "QUARKUS_DATASOURCE_USERNAME", "unipkg",
                "QUARKUS_DATASOURCE_PASSWORD", "x");
        assertThat(refusal(settings, "0"))
                .contains("unipkg: the server did not start: the database that quarkus.datasource.jdbc.url names")
                .contains("Connection to 127.0.0.1:" + nobody + " refused")
                .doesNotContain("\tat ");
    }

    @Test
    void aLostAdministratorsKeyIsReplacedByWhoeverOwnsTheFolderAlsoWhileTheServerRuns() throws Exception {
        try (RegistryProcess registry = RegistryProcess.open(new Backend.Defaults())) {
            String beside = newKey(registry);
            assertThat(statusOfKeys(registry, registry.administratorKey())).isEqualTo(200);
            assertThat(statusOfKeys(registry, beside)).isEqualTo(200);
            registry.stop();
            String only = newKey(registry, "--revoke-other-administrators");
            registry.restart();
            assertThat(statusOfKeys(registry, registry.administratorKey())).isEqualTo(401);
            assertThat(statusOfKeys(registry, beside)).isEqualTo(401);
            assertThat(statusOfKeys(registry, only)).isEqualTo(200);
        }
    }

    private static String newKey(RegistryProcess registry, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                LAUNCHER.toString(),
                "--new-administrator-key",
                "--data",
                registry.data().toString()));
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().removeIf(name -> name.startsWith("UNIPKG_") || name.startsWith("QUARKUS_"));
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(said).startsWith("administrator key: upk_").hasLineCount(1);
        return said.substring(said.indexOf("upk_")).strip();
    }

    private static int statusOfKeys(RegistryProcess registry, String key) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(registry.url() + "/api/v1/keys"))
                    .header("Authorization", "Bearer " + key)
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    private String refusal(Map<String, String> settings, String port) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        LAUNCHER.toString(),
                        "--port",
                        port,
                        "--data",
                        folder.resolve("data").toString())
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("UNIPKG_"));
        builder.environment().putAll(settings);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        return said.strip();
    }

    private static int makeNamespace(RegistryProcess registry, String name) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(registry.url() + "/api/v1/namespaces"))
                    .header("Authorization", "Bearer " + registry.administratorKey())
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"name\":\"" + name + "\"}"))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    private static long postmaster(RegistryProcess registry) throws IOException {
        Path file = registry.data().resolve("postgres/cluster/postmaster.pid");
        return Long.parseLong(Files.readAllLines(file).getFirst().strip());
    }
}
