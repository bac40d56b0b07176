package dev.unipkg.registry.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HotPathsTest {

    private static final String PATH = "/v2/a/b/manifests/edge";

    private final HotPaths hotPaths = new HotPaths();

    @Test
    void whatWasReadBeforeAChangeIsNotLearnedAfterIt() {
        long stamp = hotPaths.stamp();
        hotPaths.forget(PATH);
        hotPaths.learn(PATH, document("old"), stamp);
        assertThat(hotPaths.find(PATH)).isNull();
        hotPaths.learn(PATH, document("moved"), hotPaths.stamp());
        assertThat(hotPaths.find(PATH)).extracting(HotPaths.Answer::digest).isEqualTo("moved");
    }

    @Test
    void whatIsForgottenIsGone() {
        hotPaths.learn(PATH, document("old"), hotPaths.stamp());
        hotPaths.forget(PATH);
        assertThat(hotPaths.find(PATH)).isNull();
    }

    private static HotPaths.Answer document(String digest) {
        return new HotPaths.Answer.Document("application/json", digest, new byte[0], false);
    }
}
