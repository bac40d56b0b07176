package dev.unipkg.kernels.erofs;

import dev.unipkg.format.tree.Node;
import dev.unipkg.format.tree.TreePath;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/// The data of a directory: its names, spread over blocks. They are spread before it is known which inodes the names
/// have.
final class DirectoryBlocks {

    private static final int RECORD_BYTES = 12;

    // The types of a record, as in readdir(3).
    private static final byte FILE = 1;
    private static final byte DIRECTORY = 2;
    private static final byte LINK = 7;

    private record Name(String text, byte[] bytes, byte type) {
        int room() {
            return RECORD_BYTES + bytes.length;
        }
    }

    private final List<List<Name>> blocks = new ArrayList<>();
    private int used = ErofsWriter.BLOCK;

    DirectoryBlocks(Node.Directory directory) {
        SortedMap<String, Byte> types = new TreeMap<>(TreePath.NAME_ORDER);
        types.put(".", DIRECTORY);
        types.put("..", DIRECTORY);
        directory.children().forEach((name, node) -> types.put(name, type(node)));
        types.forEach((name, type) -> add(new Name(name, name.getBytes(StandardCharsets.UTF_8), type)));
    }

    private void add(Name name) {
        if (used + name.room() > ErofsWriter.BLOCK) {
            blocks.add(new ArrayList<>());
            used = 0;
        }
        blocks.getLast().add(name);
        used += name.room();
    }

    /// The length in bytes: the last block ends with its last name.
    long size() {
        return (blocks.size() - 1L) * ErofsWriter.BLOCK + used;
    }

    /// @param nids of all names
    byte[] bytes(Map<String, Long> nids) {
        ByteBuffer data = ByteBuffer.allocate(Math.toIntExact(size())).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < blocks.size(); i++) {
            int start = i * ErofsWriter.BLOCK;
            int nameAt = blocks.get(i).size() * RECORD_BYTES;
            data.position(start);
            for (Name name : blocks.get(i)) {
                data.putLong(Objects.requireNonNull(nids.get(name.text())))
                        .putShort((short) nameAt)
                        .put(name.type())
                        .put((byte) 0);
                data.put(start + nameAt, name.bytes());
                nameAt += name.bytes().length;
            }
        }
        return data.array();
    }

    private static byte type(Node node) {
        return switch (node) {
            case Node.Directory _ -> DIRECTORY;
            case Node.File _ -> FILE;
            case Node.Symlink _ -> LINK;
        };
    }
}
