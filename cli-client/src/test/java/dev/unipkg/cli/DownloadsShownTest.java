package dev.unipkg.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.cli.PkgCommand.Result;
import dev.unipkg.cli.training.FakeRegistry;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commands show how often things were downloaded, where the registry tells.
class DownloadsShownTest {
    private static final String DIGEST = "sha256:" + "ab".repeat(32);
    private static final String COUNTED = ",\"downloads\":{\"total\":1234,\"last30Days\":56}";

    @TempDir
    Path home;

    private FakeRegistry registry;

    @BeforeEach
    void start() throws IOException {
        registry = new FakeRegistry();
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void versionsHaveAColumn() {
        answer("/versions", "{\"versions\":[%s,%s]}".formatted(version("1.1", COUNTED), version("1.0", "")));
        Result result = pkg("versions", "acme/tool");

        assertThat(result.out()).containsPattern("VERSION +PUBLISHED +DOWNLOADS +ARCHS");
        assertThat(result.out()).containsPattern("1\\.1 .* 1234 +x86_64").containsPattern("1\\.0 .* - +x86_64");
        assertThat(pkg("versions", "acme/tool", "--output", "json").out())
                .containsPattern("\"last30Days\": ?56")
                .containsPattern("\"total\": ?1234");
    }

    @Test
    void infoTellsOfThePackageAndOfTheVersion() {
        answer("", "{\"name\":\"acme/tool\",\"latest\":\"1.1\",\"tags\":{},\"versions\":2" + COUNTED + "}");
        answer("/versions/latest", """
            {"name":"acme/tool","version":"1.1","digest":"%s","published":"2026-01-31T12:00:00Z","builds":[],
             "downloads":{"total":7,"last30Days":0}}
            """.formatted(DIGEST));
        assertThat(pkg("info", "acme/tool").out())
                .contains("downloads    1234 (56 in 30 days) of all versions\n")
                .contains("             7 (0 in 30 days) of 1.1\n");
    }

    @Test
    void packagesAreListedByDownloads() {
        registry.answers.put("/api/v1/packages?limit=50&q=x&sort=downloads", "{\"packages\":[]}");
        assertThat(pkg("search", "x", "--sort", "downloads").exit()).isZero();
        registry.answers.put("/api/v1/packages?limit=50", "{\"packages\":[]}");
        assertThat(pkg("list", "--sort", "name").exit()).isZero();
        assertThat(pkg("list", "--sort", "luck"))
                .isEqualTo(new Result(2, "", "pkg: --sort wants name or downloads, not luck\n"));
    }

    private void answer(String path, String json) {
        registry.answers.put("/api/v1/packages/acme/tool" + path, json);
    }

    private static String version(String version, String more) {
        return "{\"version\":\"%s\",\"digest\":\"%s\",\"published\":\"2026-01-31T12:00:00Z\",\"archs\":[\"x86_64\"]%s}"
                .formatted(version, DIGEST, more);
    }

    private Result pkg(String... arguments) {
        return PkgCommand.at(home, registry).run(arguments);
    }
}
