package dev.unipkg.kernels.nanos.tfs;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.ContentCopier;
import dev.unipkg.format.tree.Node;
import dev.unipkg.format.tree.TreePath;
import dev.unipkg.kernels.file.ImageFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Writes a tree as a TFS file system (see the package): block 0, the first log extension, the files one after
/// the other from block 1025 on, and then the further log extensions where one record holds more than 512 KiB.
/// The whole tree is one record.
///
/// Nothing is written that is zero anyway, so the target keeps its holes; contents go from their files to the
/// target without passing through memory. Equal trees, attributes and labels give equal bytes.
///
/// File modes are not kept: the kernel has none. Directories may nest [#MAX_DEPTH] deep: the kernel decodes its log
/// by recursion, and with about a hundred levels its stack runs over and it never boots.
public final class TfsWriter {

    /// How many names a path may have.
    public static final int MAX_DEPTH = 64;

    private static final int COPY_BYTES = 1 << 18;

    private static final long FIRST_DATA_BLOCK = Tfs.FIRST_EXTENSION_BLOCKS + Tfs.EXTENSION_BLOCKS;

    private record Placed(Content content, long block) {}

    private final ValueEncoder encoder = new ValueEncoder();
    private final List<Placed> files = new ArrayList<>();
    private final byte[] record;
    private final long furtherLogBlock;
    private final List<byte[]> extensions;
    private long nextBlock = FIRST_DATA_BLOCK;

    private TfsWriter(Node.Directory root, Value.Tuple attributes) throws RefusedException {
        if (attributes.members().containsKey("children")) {
            throw new IllegalArgumentException("the attribute \"children\" is the tree itself");
        }
        encoder.tuple(1 + attributes.members().size());
        children(root, "", 0);
        attributes.members().forEach((name, value) -> {
            encoder.symbol(name);
            encoder.value(value);
        });
        record = encoder.record();
        furtherLogBlock = nextBlock;
        extensions = LogExtensions.of(record, furtherLogBlock);
    }

    /// Decides where everything goes. Reads no content.
    ///
    /// @param attributes of the root beside its children; names may not be empty, values may not nest deeper
    ///     than 32 levels
    /// @throws RefusedException when a directory lies too deep
    public static TfsWriter plan(Node.Directory root, Value.Tuple attributes) throws RefusedException {
        return new TfsWriter(root, attributes);
    }

    /// The length in bytes of a file system with this tree in it whose programs can write `writableBytes` of
    /// data: beside those the kernel takes 1 MiB for logs before it writes the first byte.
    public long size(long writableBytes) {
        return (usedBlocks() + Tfs.KERNEL_LOG_BLOCKS + Tfs.blocks(writableBytes)) * Tfs.BLOCK;
    }

    /// The length in bytes of a file system that is only read.
    public long readOnlySize() {
        return usedBlocks() * Tfs.BLOCK;
    }

    /// An identity that follows from the label, the names, sizes and links of the tree and the attributes, as a
    /// UUID of version 8 (RFC 9562). It does not depend on what is in the files: they are not read.
    public UUID deriveUuid(String label) {
        return uuid(identity(label));
    }

    private MessageDigest identity(String label) {
        MessageDigest sha256 = Digest.sha256();
        sha256.update(label.getBytes(StandardCharsets.UTF_8));
        sha256.update((byte) 0);
        sha256.update(record);
        return sha256;
    }

    private static UUID uuid(MessageDigest sha256) {
        ByteBuffer hash = ByteBuffer.wrap(sha256.digest());
        return new UUID(hash.getLong() & ~0xf000L | 0x8000L, hash.getLong() & ~(0b11L << 62) | 0b10L << 62);
    }

    /// Writes the file system into `target`, which must be zero (or a hole) from `offset` on.
    ///
    /// @param offset where it begins, in bytes
    /// @param label at most 31 bytes, without U+0000
    public void write(FileChannel target, long offset, String label, UUID uuid) throws IOException {
        ImageFile.put(target, offset, LogExtensions.firstBlock(requireLabel(label), uuid));
        log(target, offset);
        try (ContentCopier copier = new ContentCopier(target)) {
            for (Placed file : files) {
                copier.copy(file.content(), offset + file.block() * Tfs.BLOCK);
            }
        }
    }

    /// Writes the file system as [#write(FileChannel, long, String, UUID)] does, with an identity that follows also
    /// from what is in the files: they pass through memory, to be hashed while they are copied.
    public void write(FileChannel target, long offset, String label) throws IOException {
        requireLabel(label);
        log(target, offset);
        MessageDigest sha256 = identity(label);
        byte[] buffer = new byte[COPY_BYTES];
        for (Placed file : files) {
            long at = offset + file.block() * Tfs.BLOCK;
            try (InputStream in = file.content().open()) {
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    sha256.update(buffer, 0, read);
                    ImageFile.put(target, at, Arrays.copyOf(buffer, read));
                    at += read;
                }
            }
        }
        ImageFile.put(target, offset, LogExtensions.firstBlock(label, uuid(sha256)));
    }

    private void log(FileChannel target, long offset) throws IOException {
        ImageFile.put(target, offset + Tfs.BLOCK, extensions.getFirst());
        for (int i = 1; i < extensions.size(); i++) {
            long block = furtherLogBlock + (i - 1L) * Tfs.EXTENSION_BLOCKS;
            ImageFile.put(target, offset + block * Tfs.BLOCK, extensions.get(i));
        }
    }

    /// Returns `label` if a volume can bear it.
    ///
    /// @throws IllegalArgumentException when it is too long or has a U+0000
    public static String requireLabel(String label) {
        if (RawText.encode(label).length > Tfs.MAX_LABEL_BYTES || label.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "not a volume label of at most " + Tfs.MAX_LABEL_BYTES + " bytes: \"" + label + "\"");
        }
        return label;
    }

    private long usedBlocks() {
        return furtherLogBlock + (extensions.size() - 1L) * Tfs.EXTENSION_BLOCKS;
    }

    private void children(Node.Directory directory, String path, int depth) throws RefusedException {
        encoder.symbol("children");
        encoder.tuple(directory.children().size());
        for (Map.Entry<String, Node> child : directory.children().entrySet()) {
            encoder.symbol(child.getKey());
            node(child.getValue(), TreePath.join(path, child.getKey()), depth + 1);
        }
    }

    private void node(Node node, String path, int depth) throws RefusedException {
        if (depth > MAX_DEPTH) {
            throw new ArchiveRefusal.PathTooDeep(path, MAX_DEPTH).asException();
        }
        switch (node) {
            case Node.Directory directory -> {
                encoder.tuple(1);
                children(directory, path, depth);
            }
            case Node.File(Content content, boolean _) -> file(content);
            case Node.Symlink(String target) -> {
                encoder.tuple(1);
                encoder.pair("linktarget", target);
            }
        }
    }

    private void file(Content content) {
        encoder.tuple(2);
        encoder.symbol("extents");
        long blocks = Tfs.blocks(content.size());
        encoder.tuple(blocks == 0 ? 0 : 1);
        if (blocks > 0) {
            encoder.symbol("0");
            encoder.tuple(3);
            encoder.pair("length", Long.toString(blocks));
            encoder.pair("offset", Long.toString(nextBlock));
            encoder.pair("allocated", Long.toString(blocks));
            files.add(new Placed(content, nextBlock));
            nextBlock += blocks;
        }
        encoder.pair("filelength", Long.toString(content.size()));
    }
}
