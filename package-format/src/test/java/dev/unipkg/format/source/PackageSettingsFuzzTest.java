package dev.unipkg.format.source;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.unipkg.format.RefusedException;

/// Any bytes are read as settings or refused; nothing else may happen.
class PackageSettingsFuzzTest {

    @FuzzTest
    void anyBytesAreReadOrRefused(byte[] bytes) {
        try {
            PackageSettings.read(bytes);
        } catch (RefusedException expected) {
            // most bytes are no settings
        }
    }
}
