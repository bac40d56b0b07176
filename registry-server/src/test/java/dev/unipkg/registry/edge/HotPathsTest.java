package dev.unipkg.registry.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RepositoryName;
import dev.unipkg.format.Version;
import dev.unipkg.registry.catalog.HotKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HotPathsTest {

    private static final RepositoryName REPOSITORY = RepositoryName.parse("acme/redis");

    @Test
    void pathsOfContentAreReadAsKeys() {
        Digest digest = Digest.of(new byte[0]);
        assertThat(HotPaths.key("/v2/acme/redis/blobs/" + digest)).isEqualTo(new HotKey.BlobKey(REPOSITORY, digest));
        assertThat(HotPaths.key("/v2/acme/redis/manifests/" + digest))
                .isEqualTo(new HotKey.ManifestKey(REPOSITORY, digest));
        assertThat(HotPaths.key("/v2/acme/redis/manifests/lts")).isEqualTo(new HotKey.TagKey(REPOSITORY, "lts"));
        assertThat(HotPaths.key("/api/v1/packages/acme/redis/versions/7.2"))
                .isEqualTo(new HotKey.VersionKey(new PackageName("acme", "redis"), new Version("7.2")));
    }

    @Test
    void pathsOfOtherRepositoriesAreReadAsTheirKeys() {
        for (String name : new String[] {"acme", "acme/tools/redis", "acme/some_tool"}) {
            String path =
                    RepositoryPaths.inner("/v2/" + name + "/manifests/lts").orElseThrow();
            assertThat(HotPaths.key(path)).isEqualTo(new HotKey.TagKey(RepositoryName.parse(name), "lts"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2",
                "/v2/",
                "/api/v1/packages",
                "/v2/acme/redis/tags/list",
                "/v2/acme/redis/blobs/sha256:12",
                "/v2/acme/redis/manifests/lts/",
                "/v2/acme/redis/versions/7.2",
                "/v2/Acme/redis/manifests/lts",
                "/api/v1/packages/acme",
                "/api/v1/packages/acme/redis/manifests/lts",
                "/api/v1/packages/acme/redis/versions/7.2/contents",
                "/api/v1/packages/acme/redis/versions/7%2e2"
            })
    void otherPathsHaveNoKey(String path) {
        assertThat(HotPaths.key(path)).isNull();
    }
}
