package dev.unipkg.kernels.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class AccountTest {

    private static final FileTree DEBIAN = FileTree.builder()
            .file("etc/passwd", """
                    root:x:0:0:root:/root:/bin/bash
                    backup:x:34:34:backup:/var/backups:/usr/sbin/nologin
                    postgres:x:101:103:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash
                    odd name:x:102:104::relative/../home:/bin/sh
                    cut:x
                    """)
            .file("etc/group", "root:x:0:\nssl-cert:x:105:postgres\n")
            .build();

    @Test
    void aNameIsLookedUpInThePackage() throws IOException {
        assertThat(Account.of(DEBIAN, "postgres"))
                .isEqualTo(new Account("postgres", "user", 101, 103, "/var/lib/postgresql"));
        assertThat(Account.of(DEBIAN, "101")).isEqualTo(Account.of(DEBIAN, "postgres"));
        assertThat(Account.of(DEBIAN, "postgres:ssl-cert").gid()).isEqualTo(105);
        assertThat(Account.of(DEBIAN, "postgres:7").gid()).isEqualTo(7);
    }

    @Test
    void aNumberNeedNotBeInThePackage() throws IOException {
        Account account = Account.of(DEBIAN, "1000");
        assertThat(account).isEqualTo(new Account("", "user", 1000, 1000, "/"));
        assertThat(account.environment()).containsEntry("HOME", "/").doesNotContainKey("USER");
    }

    @Test
    void aHomeOrANameThatIsNoneIsLeftOut() throws IOException {
        assertThat(Account.of(DEBIAN, "102")).isEqualTo(new Account("", "user", 102, 104, "/"));
    }

    @Test
    void aNameThatThePackageDoesNotHaveIsRefused() {
        assertThatThrownBy(() -> Account.of(DEBIAN, "nginx"))
                .isInstanceOf(RefusedException.class)
                .hasMessage("the setting \"user\" names \"nginx\", which is not in /etc/passwd of the package; add it"
                        + " there, leave the file out, or name a number");
        assertThatThrownBy(() -> Account.of(DEBIAN, "postgres:web"))
                .hasMessageContaining("names \"web\", which is not in /etc/group");
        assertThatThrownBy(() -> Account.of(DEBIAN, "cut")).hasMessageContaining("names \"cut\"");
    }

    @Test
    void aPackageWithoutAccountsGetsThem() throws IOException {
        assertThat(Account.of(FileTree.EMPTY, "")).isEqualTo(new Account("root", "root", 0, 0, "/root"));
        assertThat(files("nobody")).isEqualTo("""
                root:x:0:0:root:/root:/bin/sh
                nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
                root:x:0:
                nogroup:x:65534:
                """);
        assertThat(files("redis")).isEqualTo("""
                root:x:0:0:root:/root:/bin/sh
                nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
                redis:x:1000:1000::/home/redis:/bin/sh
                root:x:0:
                nogroup:x:65534:
                redis:x:1000:
                """);
        assertThat(files("7:web")).contains("user:x:7:7::/home/user:/bin/sh\n").endsWith("web:x:7:\n");
    }

    @Test
    void filesOfThePackageStayAsTheyAre() throws IOException {
        FileTree.Builder tree = DEBIAN.toBuilder();
        Account.of(DEBIAN, "1000").addFiles(DEBIAN, tree);
        assertThat(tree.build().bytes()).isEqualTo(DEBIAN.bytes());
        FileTree linked = FileTree.builder().symlink("etc", "usr/etc").build();
        FileTree.Builder same = linked.toBuilder();
        Account.of(linked, "").addFiles(linked, same);
        assertThat(same.build().entries()).isEqualTo(1);
    }

    @Property
    void noPasswdFileMakesAnAccountThatCannotBeWrittenDown(@ForAll String text) throws IOException {
        FileTree tree = FileTree.builder()
                .file("etc/passwd", text + "\nweb:x:" + text + ":1::/:\nx:x:5:5::/" + text + ":/bin/sh\n")
                .build();
        try {
            Account account = Account.of(tree, "5");
            assertThat(account.home()).startsWith("/").doesNotContain("\n", "\0");
            assertThat(account.name()).doesNotContain("\n", "\0");
            assertThat(account.uid()).isEqualTo(5);
        } catch (RefusedException e) {
            assertThat(e).hasMessageContaining("user");
        }
    }

    private static String files(String user) throws IOException {
        FileTree.Builder builder = FileTree.builder();
        Account.of(FileTree.EMPTY, user).addFiles(FileTree.EMPTY, builder);
        FileTree tree = builder.build();
        return text(tree, "etc/passwd") + text(tree, "etc/group");
    }

    private static String text(FileTree tree, String path) throws IOException {
        Node.File file = (Node.File) tree.find(path).orElseThrow();
        return new String(file.content().readAll(), StandardCharsets.UTF_8);
    }
}
