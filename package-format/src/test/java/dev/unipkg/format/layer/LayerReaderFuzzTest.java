package dev.unipkg.format.layer;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.layer.TarHeader.Field;
import dev.unipkg.format.tree.FileTree;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/// Whatever bytes come, a reader either refuses them or takes a layer that our writer writes to the same bytes.
class LayerReaderFuzzTest {

    private static final Limits LIMITS = new Limits(1 << 20, 100, 100, 200, 200, 10, 5000);

    @FuzzTest(maxDuration = "60s")
    void plainTar(byte[] bytes) throws IOException {
        read(bytes, LayerCompression.NONE);
    }

    @FuzzTest(maxDuration = "60s")
    void zstdFrame(byte[] bytes) throws IOException {
        read(bytes, LayerCompression.ZSTD);
    }

    /// Headers with right checksums, so that the fuzzer reaches what lies behind them.
    @FuzzTest(maxDuration = "60s")
    void headers(FuzzedDataProvider data) throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        while (data.remainingBytes() > 0 && tar.size() < 100_000) {
            byte[] header = Arrays.copyOf(data.consumeBytes(TarHeader.BLOCK), TarHeader.BLOCK);
            String sum = String.format(Locale.ROOT, "%06o\0 ", TarHeader.checksum(header));
            System.arraycopy(sum.getBytes(StandardCharsets.US_ASCII), 0, header, Field.CHKSUM.offset, 8);
            tar.writeBytes(header);
            tar.writeBytes(Arrays.copyOf(data.consumeBytes(TarHeader.BLOCK), TarHeader.BLOCK * data.consumeInt(0, 1)));
        }
        tar.writeBytes(new byte[2 * TarHeader.BLOCK]);
        read(tar.toByteArray(), LayerCompression.NONE);
    }

    private static void read(byte[] bytes, LayerCompression compression) throws IOException {
        ReadLayer layer;
        try {
            layer = LayerReader.list(new ByteArrayInputStream(bytes), compression, LIMITS);
        } catch (RefusedException e) {
            return;
        }
        FileTree.Builder tree = FileTree.builder();
        for (LayerEntry entry : layer.entries()) {
            switch (entry.type()) {
                case DIRECTORY -> tree.directory(entry.path());
                case SYMLINK -> tree.symlink(entry.path(), entry.linkTarget().orElseThrow());
                // Contents are not listed, so only layers without any can be written again here.
                case FILE -> {
                    if (entry.size() > 0) {
                        return;
                    }
                    tree.file(entry.path(), "");
                }
            }
            if (entry.executable()) {
                return;
            }
        }
        WrittenLayer again = LayerWriter.write(tree.build(), new ByteArrayOutputStream(), 1);
        if (!again.diffId().equals(layer.diffId())) {
            throw new AssertionError("taken, but written in another way: " + layer.entries());
        }
    }
}
