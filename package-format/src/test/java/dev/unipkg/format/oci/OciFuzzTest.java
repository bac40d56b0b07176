package dev.unipkg.format.oci;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.unipkg.format.RefusedException;
import java.util.function.Function;

/// Any bytes are read as a record or refused, and every record that was read can be written and read back.
class OciFuzzTest {

    @FuzzTest
    void anyManifestIsReadOrRefused(byte[] bytes) {
        try {
            Manifest manifest = Manifest.read(bytes);
            requireReadBack(manifest, Manifest::toBytes, Manifest::read);
            manifest.requirePackage();
        } catch (RefusedException expected) {
            // most bytes are no manifest
        }
    }

    @FuzzTest
    void anyIndexIsReadOrRefused(byte[] bytes) {
        try {
            Index index = Index.read(bytes);
            requireReadBack(index, Index::toBytes, Index::read);
            index.requirePackage();
        } catch (RefusedException expected) {
            // most bytes are no index
        }
    }

    @FuzzTest
    void anyConfigIsReadOrRefused(byte[] bytes) {
        try {
            requireReadBack(ImageConfig.read(bytes), ImageConfig::toBytes, ImageConfig::read);
        } catch (RefusedException expected) {
            // most bytes are no config
        }
    }

    @FuzzTest
    void anyUnikraftImageIsReadOrRefused(byte[] bytes) {
        try {
            UnikraftIndex.find(Index.read(bytes))
                    .ifPresent(image -> image.builds().forEach(UnikraftIndex.Build::platform));
        } catch (RefusedException expected) {
            // most bytes are no index
        }
        try {
            UnikraftConfig.read(bytes).mountsByTable();
        } catch (RefusedException expected) {
            // most bytes are no config
        }
    }

    private interface Reader<T> {
        T read(byte[] bytes) throws RefusedException;
    }

    private static <T> void requireReadBack(T read, Function<T, byte[]> writer, Reader<T> reader) {
        try {
            T again = reader.read(writer.apply(read));
            if (!again.equals(read)) {
                throw new AssertionError("not read back as it was written: " + read + " and " + again);
            }
        } catch (RefusedException e) {
            throw new AssertionError("what was written is refused: " + read, e);
        }
    }
}
