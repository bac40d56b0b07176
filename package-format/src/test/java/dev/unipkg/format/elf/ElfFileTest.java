package dev.unipkg.format.elf;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.Arch;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.RefusedException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ElfFileTest {

    @ParameterizedTest
    @EnumSource(Arch.class)
    void readsWhatADynamicProgramOfEachArchitectureAsksFor(Arch arch) throws IOException {
        byte[] program = TinyElf.program(arch, "/lib/ld.so.1")
                .needs("liba.so.1", "libc.so.6")
                .rpath("/opt/lib:$ORIGIN/../lib")
                .runpath("$ORIGIN")
                .pie()
                .bytes();

        ElfFile read = ElfFile.read("program", program);

        assertThat(read.arch()).isEqualTo(arch);
        assertThat(read.kind()).isEqualTo(ElfFile.Kind.DYNAMIC);
        assertThat(read.interpreter()).contains("/lib/ld.so.1");
        assertThat(read.needed()).containsExactly("liba.so.1", "libc.so.6");
        assertThat(read.rpath()).containsExactly("/opt/lib", "$ORIGIN/../lib");
        assertThat(read.runpath()).containsExactly("$ORIGIN");
        assertThat(ElfFile.archOf("program", Arrays.copyOf(program, ElfFile.HEADER_SIZE_BYTES)))
                .isEqualTo(arch);
    }

    @Test
    void tellsStaticProgramsFromPositionIndependentOnesAndLibraries() throws IOException {
        assertThat(ElfFile.read("s", TinyElf.staticProgram(Arch.X86_64).bytes()).kind())
                .isEqualTo(ElfFile.Kind.STATIC);
        assertThat(ElfFile.read("p", TinyElf.library(Arch.X86_64).pie().bytes()).kind())
                .isEqualTo(ElfFile.Kind.STATIC_PIE);
        ElfFile library = ElfFile.read(
                "l", TinyElf.library(Arch.X86_64).soname("libx.so.1").bytes());
        assertThat(library.kind()).isEqualTo(ElfFile.Kind.LIBRARY);
        assertThat(library.soname()).isEqualTo(Optional.of("libx.so.1"));
    }

    @Test
    void refusesWhatIsNoElfFile() {
        assertThatThrownBy(() -> ElfFile.read("script", "#!/bin/sh\n".getBytes(US_ASCII)))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(new ProgramRefusal.NotElf("script")));
    }

    @Test
    void refusesThirtyTwoBitFilesAndUnknownProcessorsAsForeign() {
        byte[] small = TinyElf.staticProgram(Arch.X86_64).bytes();
        small[4] = 1;
        assertThatThrownBy(() -> ElfFile.read("small", small))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal()).isInstanceOf(ProgramRefusal.ForeignElf.class));
        byte[] sparc = TinyElf.staticProgram(Arch.X86_64).bytes();
        sparc[18] = 43;
        assertThatThrownBy(() -> ElfFile.read("sparc", sparc)).hasMessageContaining("43");
    }

    @Test
    void refusesTableAndStringsOutsideTheFile() {
        byte[] table = TinyElf.program(Arch.X86_64, "/ld").needs("libc.so.6").bytes();
        Arrays.fill(table, 32, 40, (byte) 0x7f);
        assertThatThrownBy(() -> ElfFile.read("table", table)).hasMessageContaining("points outside the file");

        byte[] whole = TinyElf.program(Arch.X86_64, "/ld").needs("libc.so.6").bytes();
        byte[] cut = Arrays.copyOf(whole, whole.length - 4);
        assertThatThrownBy(() -> ElfFile.read("cut", cut)).isInstanceOf(RefusedException.class);
    }

    @Test
    void aFileThatLacksAPartOfWhatIsLoadedIsRefused() {
        byte[] whole = TinyElf.staticProgram(Arch.X86_64).bytes();
        for (int length = ElfFile.HEADER_SIZE_BYTES; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> ElfFile.read("cut", cut))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            refused -> assertThat(refused.refusal()).isInstanceOf(ProgramRefusal.CorruptElf.class));
        }
        assertThatThrownBy(() -> ElfFile.read("cut", Arrays.copyOf(whole, whole.length - 1)))
                .hasMessageContaining("cut off");
    }

    @Test
    void theBeginningTellsWhetherAFileCanBeLoaded() throws IOException {
        byte[] library = TinyElf.library(Arch.ARM64).soname("libx.so.1").bytes();
        byte[] head = Arrays.copyOf(library, 256);
        long size = library.length;

        assertThat(ElfFile.archOfLoadable("whole", head, size)).isEqualTo(Arch.ARM64);
        assertThatThrownBy(() -> ElfFile.archOfLoadable("cut", head, size - 1))
                .hasMessageContaining("lies behind its end, at " + (size - 1) + " bytes");
        assertThatThrownBy(() -> ElfFile.archOfLoadable("short", Arrays.copyOf(head, 100), size))
                .isInstanceOf(RefusedException.class);
        head[64] = 4;
        assertThatThrownBy(() -> ElfFile.archOfLoadable("empty", head, size)).hasMessageContaining("nothing to load");
        head[16] = 1;
        assertThatThrownBy(() -> ElfFile.archOfLoadable("object", head, size))
                .hasMessageContaining("neither a program nor a library");
    }

    @Property(tries = 2000)
    void aDamagedFileIsReadOrRefusedButNothingElseHappens(
            @ForAll @Size(min = 1, max = 8) int[] positions, @ForAll @IntRange(min = -128, max = 127) int value)
            throws IOException {
        byte[] bytes = TinyElf.program(Arch.ARM64, "/lib/ld.so.1")
                .needs("libc.so.6", "libm.so.6")
                .runpath("$ORIGIN/lib")
                .bytes();
        for (int position : positions) {
            bytes[Math.floorMod(position, bytes.length)] = (byte) value;
        }
        try {
            assertThat(ElfFile.archOfLoadable("damaged", bytes, bytes.length)).isNotNull();
            assertThat(ElfFile.read("damaged", bytes).needed()).hasSizeLessThanOrEqualTo(1024);
        } catch (RefusedException refused) {
            assertThat(refused.refusal().message()).isNotBlank();
        }
    }
}
