package dev.unipkg.kernels.nanos.tfs;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.RefusedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads a log from block 0 to its end (see the package) and decodes its records.
final class LogReader {

    /// @param records how many bytes are still missing of a record that the log begins and does not finish
    record Log(
            Identity identity,
            Decoded.Tuple root,
            List<Extent> extensions,
            List<String> repeatedSymbols,
            long missing) {}

    /// @param version 5, or 4 for the encoding before types
    record Identity(UUID uuid, String label, int version) {}

    private final Window window;
    private final TfsLimits limits;
    private final ValueDecoder decoder;
    private final NavigableMap<Long, Extent> extensions = new TreeMap<>();
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private long pendingBytes;
    private long logBytes;
    private int version;

    private LogReader(Window window, TfsLimits limits) {
        this.window = window;
        this.limits = limits;
        this.decoder = new ValueDecoder(limits);
    }

    /// @throws RefusedException when it is no log, contradicts itself, or is over the limits
    static Log read(Window window, TfsLimits limits) throws IOException {
        return new LogReader(window, limits).read();
    }

    private Log read() throws IOException {
        Extent extension = new Extent(0, 0, Tfs.FIRST_EXTENSION_BLOCKS, Tfs.FIRST_EXTENSION_BLOCKS);
        Cursor log = open(extension);
        Identity identity = identity(log);
        int newest = version;
        for (Extent next = frames(log); next != null; next = frames(log)) {
            log = open(next);
            newest = Math.max(newest, version);
        }
        Decoded.Tuple root = decoder.root()
                .orElseThrow(() -> new ArchiveRefusal.Corrupt(window.what(), "its log holds no record").asException());
        return new Log(
                new Identity(identity.uuid(), identity.label(), newest),
                root,
                List.copyOf(extensions.values()),
                decoder.repeatedSymbols().stream().sorted().toList(),
                pendingBytes - pending.size());
    }

    /// Reads an extension and its header.
    private Cursor open(Extent extension) throws IOException {
        Map.Entry<Long, Extent> before = extensions.lowerEntry(extension.block() + extension.blocks());
        if (before != null && before.getValue().overlaps(extension)) {
            throw corrupt("its log leads back to block " + extension.block());
        }
        extensions.put(extension.block(), extension);
        logBytes += extension.blocks() * Tfs.BLOCK;
        if (extension.blocks() > Integer.MAX_VALUE / Tfs.BLOCK || logBytes > limits.logBytes()) {
            throw new ContentRefusal.TooLarge("the log of " + window.what(), limits.logBytes()).asException();
        }
        long start = extension.block() * Tfs.BLOCK;
        Cursor log = new Cursor(window.read(start, (int) extension.blocks() * Tfs.BLOCK), start);
        if (!Arrays.equals(log.take(Tfs.MAGIC.length), Tfs.MAGIC)) {
            throw corrupt("there is no NVMTFS log at block " + extension.block());
        }
        long found = log.varint();
        if (found != Tfs.VERSION && found != Tfs.OLD_VERSION) {
            throw corrupt("its log has the version " + found + ", expected " + Tfs.VERSION);
        }
        version = (int) found;
        long blocks = log.varint();
        if (blocks != extension.blocks()) {
            throw corrupt("the log extension at block " + extension.block() + " has " + blocks
                    + " blocks, the link to it says " + extension.blocks());
        }
        return log;
    }

    private Identity identity(Cursor log) throws RefusedException {
        ByteBuffer uuid = ByteBuffer.wrap(log.take(Tfs.UUID_BYTES));
        ByteArrayOutputStream label = new ByteArrayOutputStream();
        for (int next = log.u8(); next != 0; next = log.u8()) {
            label.write(next);
            if (label.size() > Tfs.MAX_LABEL_BYTES) {
                throw corrupt("its label has more than " + Tfs.MAX_LABEL_BYTES + " bytes");
            }
        }
        byte[] bytes = label.toByteArray();
        return new Identity(new UUID(uuid.getLong(), uuid.getLong()), RawText.decode(bytes, 0, bytes.length), version);
    }

    /// Reads frames up to the end of the log (then null) or to a link, whose target it gives.
    private @Nullable Extent frames(Cursor log) throws RefusedException {
        while (true) {
            int frame = log.u8();
            switch (frame) {
                case Tfs.END_OF_LOG -> {
                    return null;
                }
                case Tfs.END_OF_SEGMENT -> {}
                case Tfs.LINK -> {
                    long block = log.varint();
                    long blocks = log.varint();
                    if (blocks == 0 || block > window.size() / Tfs.BLOCK || blocks > window.size() / Tfs.BLOCK) {
                        throw log.broken("links to " + blocks + " blocks at block " + block);
                    }
                    return new Extent(0, block, blocks, blocks);
                }
                case Tfs.RECORD -> record(log);
                case Tfs.RECORD_GOES_ON -> recordGoesOn(log);
                default -> throw log.broken("has an unknown frame " + frame);
            }
        }
    }

    private void record(Cursor log) throws RefusedException {
        if (pendingBytes > 0) {
            throw log.broken("begins a record before the last one is whole");
        }
        long total = log.varint();
        long here = log.varint();
        if (here > total) {
            throw log.broken("has a part of " + here + " bytes in a record of " + total);
        }
        long at = log.position();
        byte[] part = log.take(here);
        if (here == total) {
            decode(part, at);
            return;
        }
        pendingBytes = total;
        pending.writeBytes(part);
    }

    private void recordGoesOn(Cursor log) throws RefusedException {
        long here = log.varint();
        if (here > pendingBytes - pending.size()) {
            throw log.broken(
                    "has a part of " + here + " bytes where a record needs only " + (pendingBytes - pending.size()));
        }
        pending.writeBytes(log.take(here));
        if (pending.size() == pendingBytes) {
            decode(pending.toByteArray(), log.position() - here);
            pending.reset();
            pendingBytes = 0;
        }
    }

    private void decode(byte[] record, long at) throws RefusedException {
        decoder.decode(new Cursor(record, at), version == Tfs.OLD_VERSION);
    }

    private RefusedException corrupt(String detail) {
        return new ArchiveRefusal.Corrupt(window.what(), detail).asException();
    }
}
