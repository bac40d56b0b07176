package dev.unipkg.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.cli.PkgCommand.Result;
import dev.unipkg.format.Arch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `pkg run`, on a QEMU that has no machine.
@Timeout(120)
class RunTest {
    @TempDir
    Path temp;

    private FakeRegistry registry;
    private PkgCommand pkg;

    @BeforeEach
    void start() throws IOException {
        registry = new FakeRegistry();
        pkg = PkgCommand.at(temp.resolve("home"), registry);
        new SampleVersion("1.0", 5000, Arch.X86_64).publish(registry, "acme/tool", "1.0");
        SampleKernel.publish(registry, "6.1", "stable");
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void whatIsWrongWithTheCommandOrTheHostIsSaidBeforeAnythingIsFetched() {
        assertThat(run("--wait", "-5"))
                .isEqualTo(new Result(2, "", "pkg: --wait wants a number of seconds, 0 or more, not -5\n"));
        assertThat(run("--grace=-1"))
                .isEqualTo(new Result(2, "", "pkg: --grace wants a number of seconds, 0 or more, not -1\n"));
        assertThat(run("--machine", "pdp11"))
                .isEqualTo(new Result(
                        2, "", "pkg: no machine is called pdp11; there are q35, microvm and virt\n"));
        assertThat(run("--machine", "virt"))
                .isEqualTo(new Result(2, "", "pkg: a virt machine boots arm64, and this image is for x86_64\n"));
        assertThat(run("--qemu", "/nope")).isEqualTo(new Result(1, "", """
                pkg: there is no program /nope
                  next: name a QEMU with --qemu, or leave it out for the one on the PATH
                """));
        assertThat(registry.seen).isEmpty();
    }

    private Result run(String... words) {
        return pkg.run(line(words));
    }

    private static String[] line(String... words) {
        List<String> line = new ArrayList<>(List.of("run", "acme/tool:1.0", "--arch", "x86_64", "--kernel", "linux"));
        line.addAll(List.of(words));
        return line.toArray(String[]::new);
    }
}
