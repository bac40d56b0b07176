package dev.unipkg.format.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.ArchiveRefusal;
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
    void onlyAPathWithTwoDotsCouldLeaveTheRoot() {
        assertThat(List.of("..", "../a", "a/../b", "a/..", "../\n"))
                .allSatisfy(path -> assertThat(TreePath.refusal(path)).contains(new ArchiveRefusal.UnsafePath(path)));
        assertThat(List.of("...", "a..b", "..a/b"))
                .allSatisfy(path -> assertThat(TreePath.refusal(path)).isEmpty());
    }

    @Test
    void everyRuleOfTheGrammarHasItsOwnRefusal() {
        assertThat(TreePath.refusal("a/x\u001b")).contains(new ArchiveRefusal.ControlCharacter("a/x\u001b"));
        assertThat(TreePath.refusal("\uD83D")).contains(new ArchiveRefusal.PathNotUtf8("\uD83D"));
        assertThat(TreePath.refusal("é".repeat(128))).contains(new ArchiveRefusal.NameTooLong("é".repeat(128), 255));
        String deep = "x/".repeat(2050) + "x";
        assertThat(TreePath.refusal(deep)).contains(new ArchiveRefusal.PathTooLong(deep, 4096));
        assertThat(List.of("", "/a", "a/", "a//b", "./a"))
                .allSatisfy(path ->
                        assertThat(TreePath.refusal(path)).containsInstanceOf(ArchiveRefusal.InvalidPath.class));
        assertThat(TreePath.refusalOfHostPath("caf\uFFFD")).contains(new ArchiveRefusal.PathNotUtf8("caf\uFFFD"));
    }

    @Property
    void aPathIsRefusedExactlyWhenItIsOutsideTheGrammar(@ForAll String path) {
        assertThat(TreePath.refusal(path).isEmpty()).isEqualTo(TreePath.isPath(path));
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
