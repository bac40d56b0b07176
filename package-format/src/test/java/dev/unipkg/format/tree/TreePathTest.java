package dev.unipkg.format.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;

class TreePathTest {

    @Test
    void namesAreUtf8WithoutSlashesDotsAndControlCharacters() {
        assertThat(List.of("a", "...", "a b", "é", "\\", "x".repeat(255), "\uD83D\uDE00"))
                .allMatch(TreePath::isName);
        assertThat(List.of("", ".", "..", "a/b", "a\nb", "\0", "\u007f", "x".repeat(256), "é".repeat(128), "\uD83D"))
                .noneMatch(TreePath::isName);
    }

    @Test
    void pathsAreNamesJoinedBySingleSlashes() {
        assertThat(List.of("a", "a/b", "etc/nginx/nginx.conf")).allMatch(TreePath::isPath);
        assertThat(List.of("", "/a", "a/", "a//b", "./a", "a/../b", "x/".repeat(2050) + "x"))
                .noneMatch(TreePath::isPath);
    }

    @Test
    void oneLeadingSlashIsForgiven() {
        assertThat(TreePath.names("/usr/bin")).isEqualTo(List.of("usr", "bin"));
        assertThat(TreePath.names("/")).isEmpty();
        assertThatThrownBy(() -> TreePath.names("//usr")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aDirectoryIsFollowedByWhatIsInIt() {
        List<String> walk = List.of("a", "a/z", "a/z/1", "a-b", "a.b", "b");
        assertThat(walk.reversed().stream().sorted(TreePath.PATH_ORDER)).isEqualTo(walk);
    }

    @Property
    void namesSortAsTheirUtf8Bytes(@ForAll @NotEmpty String a, @ForAll @NotEmpty String b) {
        String left = new String(a.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        String right = new String(b.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        int byBytes =
                Arrays.compareUnsigned(left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
        assertThat(Integer.signum(TreePath.NAME_ORDER.compare(left, right))).isEqualTo(Integer.signum(byBytes));
    }

    @Test
    void absoluteTargetsBecomeRelativeToTheLink() {
        assertThat(TreePath.relativeTarget("etc/modules/x", "/usr/lib/x")).isEqualTo("../../usr/lib/x");
        assertThat(TreePath.relativeTarget("x", "/usr")).isEqualTo("usr");
        assertThat(TreePath.relativeTarget("x", "/")).isEqualTo(".");
    }
}
