package dev.unipkg.kernels.erofs;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.ContentCopier;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import dev.unipkg.format.tree.TreePath;
import dev.unipkg.kernels.file.ImageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes a tree as an erofs image (see the package): first it is decided where everything lies, then everything is
/// written once. Contents go from their files to the image without passing through memory, and what is zero is not
/// written, so that the image keeps its holes.
public final class ErofsWriter {

    static final int BLOCK = 1 << 12;
    private static final int BLOCK_BITS = 12;

    private static final int SUPERBLOCK_AT = 1024;
    private static final int SUPERBLOCK_BYTES = 128;
    private static final int MAGIC = 0xE0F5_E1E2;
    private static final int INODES_AT = SUPERBLOCK_AT + SUPERBLOCK_BYTES;
    private static final long ROOT_NID = INODES_AT / ErofsInode.BYTES;

    /// The largest 32-bit file size.
    private static final long MAX_FILE_BYTES = 0xffff_ffffL;

    private static final int TYPE_DIRECTORY = 0040000;
    private static final int TYPE_FILE = 0100000;
    private static final int TYPE_LINK = 0120000;

    private record Placed(Content content, long block) {}

    private final List<ErofsInode> inodes = new ArrayList<>();
    private final List<Placed> data = new ArrayList<>();
    private long nextBlock;

    private ErofsWriter(FileTree tree) throws RefusedException {
        nextBlock = blocks(INODES_AT + (tree.entries() + 1L) * ErofsInode.BYTES);
        directory(tree.root(), "", ROOT_NID);
    }

    /// Writes the image. The target appears when it is whole, in the place of what was there; whatever happens before,
    /// nothing is left behind.
    ///
    /// @throws RefusedException when a file has 4 GiB or more, or when the disk is full
    public static void write(FileTree tree, Path target) throws IOException {
        ErofsWriter writer = new ErofsWriter(tree);
        ImageFile.write(target, writer.nextBlock * BLOCK, writer::write);
    }

    private void write(FileChannel image) throws IOException {
        ByteBuffer meta = ByteBuffer.allocate(SUPERBLOCK_BYTES + inodes.size() * ErofsInode.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        superblock(meta);
        meta.position(SUPERBLOCK_BYTES);
        for (int i = 0; i < inodes.size(); i++) {
            inodes.get(i).put(meta, i + 1);
        }
        ImageFile.put(image, SUPERBLOCK_AT, meta.array());
        try (ContentCopier copier = new ContentCopier(image)) {
            for (Placed placed : data) {
                copier.copy(placed.content(), placed.block() * BLOCK);
            }
        }
    }

    /// `struct erofs_super_block`; its other fields are 0.
    private void superblock(ByteBuffer meta) {
        meta.putInt(0, MAGIC);
        meta.put(12, (byte) BLOCK_BITS);
        meta.putShort(14, (short) ROOT_NID);
        meta.putLong(16, inodes.size());
        meta.putInt(36, (int) nextBlock);
    }

    private long directory(Node.Directory directory, String path, long parent) throws RefusedException {
        DirectoryBlocks names = new DirectoryBlocks(directory);
        long subdirectories = directory.children().values().stream()
                .filter(Node.Directory.class::isInstance)
                .count();
        long block = nextBlock;
        long own = inode(TYPE_DIRECTORY | 0755, 2 + (int) subdirectories, names.size());
        Map<String, Long> nids = new HashMap<>();
        nids.put(".", own);
        nids.put("..", parent);
        for (Map.Entry<String, Node> child : directory.children().entrySet()) {
            nids.put(child.getKey(), node(child.getValue(), TreePath.join(path, child.getKey()), own));
        }
        data.add(new Placed(new Content.Bytes(names.bytes(nids)), block));
        return own;
    }

    private long node(Node node, String path, long parent) throws RefusedException {
        return switch (node) {
            case Node.Directory directory -> directory(directory, path, parent);
            case Node.File(Content content, boolean executable) -> {
                if (content.size() > MAX_FILE_BYTES) {
                    throw new ContentRefusal.TooLarge(path, MAX_FILE_BYTES).asException();
                }
                yield inode(TYPE_FILE | (executable ? 0755 : 0644), content);
            }
            case Node.Symlink(String target) ->
                inode(TYPE_LINK | 0777, new Content.Bytes(target.getBytes(StandardCharsets.UTF_8)));
        };
    }

    private long inode(int mode, Content content) {
        data.add(new Placed(content, nextBlock));
        return inode(mode, 1, content.size());
    }

    /// Gives an inode the next blocks.
    private long inode(int mode, int links, long size) {
        inodes.add(new ErofsInode(mode, links, size, nextBlock));
        nextBlock += blocks(size);
        return ROOT_NID + inodes.size() - 1;
    }

    private static long blocks(long bytes) {
        return Math.ceilDiv(bytes, BLOCK);
    }
}
