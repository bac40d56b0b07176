package dev.unipkg.registry.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.Digest;
import dev.unipkg.format.RepositoryName;
import dev.unipkg.format.Tag;
import java.util.List;
import org.junit.jupiter.api.Test;

class HotAnswersTest {

    private static final RepositoryName REPOSITORY = new RepositoryName("a", "b");

    private static final HotKey KEY = new HotKey.TagKey(REPOSITORY, "edge");

    private final HotAnswers hotAnswers = new HotAnswers();

    @Test
    void whatWasReadBeforeAChangeIsNotLearnedAfterIt() {
        long stamp = hotAnswers.stamp();
        hotAnswers.changed(REPOSITORY, List.of("other"));
        hotAnswers.learn(KEY, document("old"), stamp);
        assertThat(hotAnswers.find(KEY)).isNull();
        hotAnswers.learn(KEY, document("moved"), hotAnswers.stamp());
        assertThat(hotAnswers.find(KEY)).extracting(HotAnswers.Answer::digest).isEqualTo("moved");
    }

    @Test
    void whatIsForgottenIsGone() {
        hotAnswers.learn(KEY, document("old"), hotAnswers.stamp());
        hotAnswers.forget(KEY);
        assertThat(hotAnswers.find(KEY)).isNull();
    }

    @Test
    void changeForgetsItsTagsItsDigestsAndLatest() {
        Digest digest = Digest.of(new byte[0]);
        HotKey manifest = new HotKey.ManifestKey(REPOSITORY, digest);
        HotKey latest = new HotKey.TagKey(REPOSITORY, Tag.LATEST);
        HotKey other = new HotKey.TagKey(new RepositoryName("a", "c"), Tag.LATEST);
        for (HotKey key : List.of(KEY, manifest, latest, other)) {
            hotAnswers.learn(key, document("old"), hotAnswers.stamp());
        }
        hotAnswers.changed(REPOSITORY, List.of("edge", digest.toString()));
        assertThat(List.of(KEY, manifest, latest))
                .allSatisfy(key -> assertThat(hotAnswers.find(key)).isNull());
        assertThat(hotAnswers.find(other)).isNotNull();
    }

    private static HotAnswers.Answer document(String digest) {
        return new HotAnswers.Answer.Document("application/json", digest, new byte[0], false);
    }
}
