package dev.unipkg.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryNameTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"busybox", "acme/web", "acme/tools/web", "a/b/c/d/e", "acme/a_b", "acme/a__b", "acme/a--b.c"})
    void nameIsReadAndWrittenBack(String text) {
        RepositoryName name = RepositoryName.parse(text);
        assertThat(name).hasToString(text);
        assertThat(name.namespace()).isEqualTo(text.split("/", 2)[0]);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/", "a/", "/a", "a//b", "A/b", "a/B", "a/-b", "a/b-", "a/b___c", "a/b..c", "a_b/c", "a/b c"
            })
    void textOutsideTheGrammarIsRefused(String text) {
        assertThatThrownBy(() -> RepositoryName.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nameHas255CharactersAtMost() {
        String longest = "a/" + "b".repeat(253);
        assertThat(RepositoryName.parse(longest).toString()).hasSize(255);
        assertThatThrownBy(() -> RepositoryName.parse(longest + "b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void onlyNamesOfTwoPartsInTheGrammarOfPackagesAreThoseOfPackages() {
        assertThat(RepositoryName.parse("acme/web").packageName()).contains(new PackageName("acme", "web"));
        for (String text : new String[] {"acme", "acme/a/b", "acme/a_b", "acme/" + "b".repeat(65)}) {
            assertThat(RepositoryName.parse(text).packageName()).isEmpty();
        }
    }

    @Test
    void namesThatCanBeMistakenForEachOtherHaveOneSkeleton() {
        assertThat(RepositoryName.parse("acme/we_b1").skeleton())
                .isEqualTo(new PackageName("acme", "web-l").skeleton());
        assertThat(RepositoryName.parse("acme").skeleton())
                .isNotEqualTo(RepositoryName.parse("acme/acme").skeleton());
        assertThat(RepositoryName.parse("acme/a/b").skeleton())
                .isNotEqualTo(RepositoryName.parse("acme/a-b").skeleton());
    }
}
