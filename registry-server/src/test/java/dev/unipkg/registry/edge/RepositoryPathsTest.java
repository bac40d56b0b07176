package dev.unipkg.registry.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.RepositoryName;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryPathsTest {

    @ParameterizedTest
    @CsvSource({
        "/v2/acme/tags/list,                        /v2/acme/%2F/tags/list",
        "/v2/acme/tools/web/tags/list,              /v2/acme/%2Ftools%2Fweb/tags/list",
        "/v2/acme/some_tool/manifests/1.0,          /v2/acme/%2Fsome_tool/manifests/1.0",
        "/v2/acme/a--b/referrers/sha256:1,          /v2/acme/%2Fa--b/referrers/sha256:1",
        "/v2/acme/blobs/uploads/,                   /v2/acme/%2F/blobs/uploads/",
        "/v2/acme/blobs/uploads,                    /v2/acme/%2F/blobs/uploads",
        "/v2/acme/blobs/uploads/1-2,                /v2/acme/%2F/blobs/uploads/1-2",
        "/v2/acme/a/b/blobs/uploads/1-2,            /v2/acme/%2Fa%2Fb/blobs/uploads/1-2",
        "/v2/acme/a/blobs/manifests/x,              /v2/acme/%2Fa%2Fblobs/manifests/x",
    })
    void pathOfARepositoryThatNoPackageHasIsReadAndWrittenBack(String sent, String inner) {
        assertThat(RepositoryPaths.inner(sent)).contains(inner);
        assertThat(RepositoryPaths.outer(inner)).isEqualTo(sent);
        List<String> parts = List.of(inner.split("/"));
        RepositoryName name = RepositoryPaths.repository(parts.get(2), parts.get(3));
        assertThat(sent).startsWith("/v2/" + name + "/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/",
                "/v2/token",
                "/v2/_catalog",
                "/v2/acme/web/tags/list",
                "/v2/acme/web/blobs/uploads/1-2",
                "/v2/Acme/a/b/tags/list",
                "/v2/acme//b/tags/list",
                "/v2/acme/../b/tags/list",
                "/v2/acme/%2Fb/tags/list",
                "/v2/acme/a/-b/tags/list",
                "/v2/a_b/c/d/tags/list",
                "/v2/acme/a/b/tags/list/",
                "/v2/acme/a/b/else/1",
                "/api/v1/packages/acme/a/b"
            })
    void otherPathsStayAsTheyAre(String path) {
        assertThat(RepositoryPaths.inner(path)).isEmpty();
    }

    @Test
    void nameThatIsTooLongStaysWhereItIs() {
        assertThat(RepositoryPaths.inner("/v2/acme/" + "a/".repeat(126) + "b/tags/list"))
                .isEmpty();
        assertThat(RepositoryPaths.inner("/v2/acme/" + "a/".repeat(120) + "b/tags/list"))
                .isPresent();
    }
}
