package dev.unipkg.format.elf;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.unipkg.format.RefusedException;
import java.io.IOException;

/// Any bytes are read as an ELF file or refused; nothing else may happen.
class ElfFuzzTest {

    @FuzzTest
    void anyBytesAreReadOrRefused(byte[] bytes) throws IOException {
        try {
            ElfFile.read("fuzz", bytes);
        } catch (RefusedException expected) {
            // a refusal is the right answer to bytes that are no ELF file
        }
    }
}
