package dev.unipkg.format.layer;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.BlockInputStream;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/// Reads exactly one zstd frame (RFC 8878, section 3.1.1) that is all there is: a second frame, a skippable
/// frame or any other byte behind it is refused, because readers differ in whether they read on there. The decoder
/// keeps a window of what it wrote, outside the heap, and the frame says how large; more than [#MAX_WINDOW_BYTES] is
/// refused.
final class ZstdFrameInputStream extends BlockInputStream {

    /// The window of zstd level 19, the highest level that layers are written with.
    static final int MAX_WINDOW_BYTES = 8 << 20;

    private final InputStream in;
    private final ZstdDecompressCtx decoder = new ZstdDecompressCtx();
    private final byte[] chunk = new byte[128 * 1024];
    private ByteBuffer source = ByteBuffer.wrap(chunk, 0, 0);
    private boolean finished;

    ZstdFrameInputStream(InputStream in) {
        this.in = in;
        decoder.setLongMax(Integer.numberOfTrailingZeros(MAX_WINDOW_BYTES));
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (finished) {
            return -1;
        }
        ByteBuffer target = ByteBuffer.wrap(into, offset, length);
        // An empty source still lets the decoder hand out what it holds back because the target was full.
        finished = step(target);
        while (!finished && target.position() == offset) {
            if (!refill()) {
                throw new ArchiveRefusal.Truncated("the zstd frame").asException();
            }
            finished = step(target);
        }
        if (finished && (source.hasRemaining() || refill())) {
            throw new ArchiveRefusal.TrailingBytes("the zstd frame").asException();
        }
        int count = target.position() - offset;
        return count == 0 ? -1 : count;
    }

    private boolean step(ByteBuffer target) throws IOException {
        try {
            return decoder.decompressByteBufferStream(target, source);
        } catch (ZstdException e) {
            throw new RefusedException(
                    Zstd.getErrorCode(e.getErrorCode()) == Zstd.errFrameParameterWindowTooLarge()
                            ? new ContentRefusal.TooLarge("the window of the zstd frame", MAX_WINDOW_BYTES)
                            : new ArchiveRefusal.Corrupt("the zstd frame", String.valueOf(e.getMessage())),
                    e);
        }
    }

    private boolean refill() throws IOException {
        int read = in.read(chunk, 0, chunk.length);
        source = ByteBuffer.wrap(chunk, 0, Math.max(read, 0));
        return read > 0;
    }

    @Override
    public void close() throws IOException {
        decoder.close();
        in.close();
    }
}
