package dev.unipkg.format.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.Arch;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.Refusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.elf.TinyElf;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartableTest {

    private static final byte[] PROGRAM = TinyElf.staticProgram(Arch.X86_64).bytes();

    @ParameterizedTest
    @ValueSource(longs = {1, 256, (16 << 20) - 1})
    void memoryThatNoKernelBootsWithIsRefused(long bytes) {
        assertThatThrownBy(() -> Startable.requireSettings(config("'memory':" + bytes, "")))
                .hasMessageContaining("\"memory\" is " + bytes + " bytes")
                .hasMessageContaining("at least 16777216");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "'memory':16777216", "'memory':0"})
    void enoughMemoryOrNoWordAboutItIsTaken(String memory) {
        assertThatCode(() -> Startable.requireSettings(config(memory, ""))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "'81/tcp':{}", "'80/udp':{}"})
    void aReadinessPortThatIsNotAmongThePortsIsRefused(String ports) {
        assertThatThrownBy(() -> Startable.requireSettings(config("'readiness':{'port':80}", ports)))
                .hasMessageContaining("\"readiness\" asks port 80, which is not among the ports");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'80/tcp':{}", "'80':{}", "'443/tcp':{},'80/tcp':{}"})
    void aReadinessPortAmongThePortsIsTaken(String ports) {
        assertThatCode(() -> Startable.requireSettings(config("'readiness':{'port':80}", ports)))
                .doesNotThrowAnyException();
    }

    @Test
    void aProgramThatIsWholeAndExecutableIsTaken() {
        assertThatCode(() -> requireProgram(PROGRAM, true)).doesNotThrowAnyException();
        assertThatCode(() -> requireProgram(TinyElf.library(Arch.X86_64).pie().bytes(), true))
                .as("a static program at any address")
                .doesNotThrowAnyException();
        assertThatCode(() -> requireProgram(
                        TinyElf.program(Arch.X86_64, "/ld.so")
                                .needs("libc.so.6")
                                .bytes(),
                        true))
                .doesNotThrowAnyException();
    }

    @Test
    void aProgramThatMayNotBeExecutedIsRefused() {
        assertRefused(() -> requireProgram(PROGRAM, false), new ProgramRefusal.NotExecutable("/bin/app"));
    }

    @Test
    void aSharedLibraryAsTheProgramIsRefused() {
        byte[] library = TinyElf.library(Arch.X86_64).soname("libx.so.1").bytes();
        assertRefused(() -> requireProgram(library, true), new ProgramRefusal.SharedLibrary("/bin/app"));
        byte[] plugin = TinyElf.library(Arch.X86_64).needs("libc.so.6").bytes();
        assertRefused(() -> requireProgram(plugin, true), new ProgramRefusal.SharedLibrary("/bin/app"));
    }

    @Test
    void aProgramThatIsCutOffIsRefused() {
        assertThatThrownBy(() -> requireProgram(Arrays.copyOf(PROGRAM, PROGRAM.length - 1), true))
                .hasMessageContaining("\"/bin/app\" is a damaged ELF file")
                .hasMessageContaining("cut off");
    }

    @Test
    void aProgramForAnotherProcessorIsRefused() {
        byte[] arm = TinyElf.staticProgram(Arch.ARM64).bytes();
        assertRefused(() -> requireProgram(arm, true), new ProgramRefusal.OtherArch("/bin/app", Arch.X86_64, "arm64"));
    }

    private static void requireProgram(byte[] program, boolean executable) throws Exception {
        FileTree tree = FileTree.builder()
                .file("bin/app", new Content.Bytes(program), executable)
                .build();
        Startable.requireProgram(config("", ""), tree);
    }

    private static void assertRefused(ThrowingCallable call, Refusal refusal) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.refusal()).isEqualTo(refusal));
    }

    private static ImageConfig config(String unikernel, String ports) throws RefusedException {
        String json = "{'architecture':'amd64','os':'linux','config':{'Entrypoint':['/bin/app'],'ExposedPorts':{"
                + ports + "}},'rootfs':{'type':'layers','diff_ids':[]},'unikernel':{" + unikernel + "}}";
        return ImageConfig.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
