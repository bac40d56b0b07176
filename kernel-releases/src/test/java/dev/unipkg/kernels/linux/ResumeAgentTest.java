package dev.unipkg.kernels.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.unipkg.format.Arch;
import dev.unipkg.format.elf.ElfFile;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResumeAgentTest {

    @Test
    void theAgentIsAStaticProgramOfAFewHundredBytes() throws IOException {
        byte[] agent = ResumeAgent.program(Arch.X86_64).orElseThrow();
        ElfFile elf = ElfFile.read("agent", agent);
        assertThat(elf.arch()).isEqualTo(Arch.X86_64);
        assertThat(elf.kind()).isEqualTo(ElfFile.Kind.STATIC);
        assertThat(agent).hasSizeLessThan(512);
    }

    @Test
    void treesOfX86HaveTheAgentAsAnExecutable() throws IOException {
        Node.File agent = (Node.File) tree(Arch.X86_64).find(".unipkg/agent").orElseThrow();
        assertThat(agent.executable()).isTrue();
        assertThat(agent.content().readAll())
                .isEqualTo(ResumeAgent.program(Arch.X86_64).orElseThrow());
    }

    @ParameterizedTest
    @EnumSource(names = "X86_64", mode = EnumSource.Mode.EXCLUDE)
    void otherTreesHaveNoAgent(Arch arch) throws IOException {
        assertThat(tree(arch).find(".unipkg/agent")).isEmpty();
    }

    @Test
    void distancesAreCountedFromTheEndOfTheirInstruction() {
        byte[] code = MachineCode.assemble("""
                start:
                  eb <end>       | jmp end
                  e9 <<start>>   | jmp start
                end:
                  0f 05          | syscall
                """);
        assertThat(code).containsExactly(0xeb, 5, 0xe9, -7, -1, -1, -1, 0x0f, 0x05);
    }

    @Test
    void anUnknownLabelAndOneTooFarAwayAreErrors() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MachineCode.assemble("eb <nowhere> | jmp nowhere"))
                .withMessage("no label is called <nowhere>");
        String far = "start:\n" + "0f 05 | syscall\n".repeat(64) + "eb <start> | jmp start\n";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MachineCode.assemble(far))
                .withMessage("<start> is -130 bytes away, which is too far for one byte");
    }

    private static FileTree tree(Arch arch) throws IOException {
        FileTree root =
                FileTree.builder().file("serve", Content.ofText("x"), true).build();
        return LinuxGuest.tree(
                arch,
                root,
                new TreeMap<>(Map.of("init", Content.ofText("i"), "busybox", Content.ofText("b"))),
                new ProgramStart("/serve", List.of(), new TreeMap<>(), "", "", new TreeSet<>()));
    }
}
