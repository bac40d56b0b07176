package dev.unipkg.format.json;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.unipkg.format.RefusedException;
import java.util.Arrays;

/// Any bytes are read as JSON or refused; what is read is written and read back as the same.
class JsonFuzzTest {

    private static final JsonLimits LIMITS = new JsonLimits(1 << 16, 32, 10_000);

    @FuzzTest
    void anyBytesAreReadOrRefused(byte[] bytes) {
        Json read;
        try {
            read = Json.parse(bytes, LIMITS);
        } catch (RefusedException expected) {
            return;
        }
        byte[] written = read.toBytes();
        try {
            // Escapes and numbers may take more room in one form than in the other.
            Json again = Json.parse(written, new JsonLimits(1 << 20, 32, 10_000));
            if (!again.equals(read) || !Arrays.equals(again.toBytes(), written)) {
                throw new AssertionError("not read back as it was written");
            }
        } catch (RefusedException e) {
            throw new AssertionError("what was written is refused", e);
        }
    }
}
