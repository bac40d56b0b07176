package dev.unipkg.format.layer;

import com.github.luben.zstd.Zstd;
import dev.unipkg.format.layer.TarHeader.Field;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;

/// Builds archives that no writer of ours would, byte by byte.
public final class ForgedTar {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    public ForgedTar file(String path, String content) {
        return entry(path, '0', content, "", header -> {});
    }

    public ForgedTar file(String path, boolean executable, byte[] content) {
        return entry(path, '0', content, "", header -> set(header, Field.MODE, executable ? "0000755" : "0000644"));
    }

    public ForgedTar directory(String path) {
        return entry(path + "/", '5', "", "", header -> {});
    }

    public ForgedTar link(String path, String target) {
        return entry(path, '2', "", target, header -> {});
    }

    /// An entry without content.
    public ForgedTar entry(String name, char type, String target) {
        return entry(name, type, "", target, header -> {});
    }

    /// An entry whose header is canonical but for what `change` does to it; the checksum is put right afterwards.
    ForgedTar entry(String name, char type, String content, String target, Consumer<byte[]> change) {
        return entry(name, type, content.getBytes(StandardCharsets.UTF_8), target, change);
    }

    private ForgedTar entry(String name, char type, byte[] body, String target, Consumer<byte[]> change) {
        byte[] header = new byte[TarHeader.BLOCK];
        set(header, Field.NAME, name);
        set(header, Field.MODE, type == '5' ? "0000755" : type == '2' ? "0000777" : "0000644");
        set(header, Field.UID, "0000000");
        set(header, Field.GID, "0000000");
        set(header, Field.SIZE, String.format(Locale.ROOT, "%011o", body.length));
        set(header, Field.MTIME, "00000000000");
        header[Field.TYPEFLAG.offset] = (byte) type;
        set(header, Field.LINKNAME, target);
        set(header, Field.MAGIC, "ustar");
        set(header, Field.VERSION, "00");
        set(header, Field.DEVMAJOR, "0000000");
        set(header, Field.DEVMINOR, "0000000");
        change.accept(header);
        set(header, Field.CHKSUM, String.format(Locale.ROOT, "%06o\0 ", TarHeader.checksum(header)));
        return raw(header).raw(body).raw(new byte[TarHeader.padding(body.length)]);
    }

    /// A pax header with these records, each `key=value`.
    public ForgedTar pax(String... records) {
        StringBuilder body = new StringBuilder();
        for (String record : records) {
            int rest = record.getBytes(StandardCharsets.UTF_8).length + 2;
            int length = rest + Integer.toString(rest).length();
            length = rest + Integer.toString(length).length();
            body.append(length).append(' ').append(record).append('\n');
        }
        return entry(TarHeader.PAX_NAME, 'x', body.toString(), "", header -> {});
    }

    ForgedTar raw(byte[] more) {
        bytes.writeBytes(more);
        return this;
    }

    static void set(byte[] header, Field field, String value) {
        byte[] raw = value.getBytes(StandardCharsets.UTF_8);
        Arrays.fill(header, field.offset, field.offset + field.length, (byte) 0);
        System.arraycopy(raw, 0, header, field.offset, raw.length);
    }

    /// The archive without its end.
    byte[] unfinished() {
        return bytes.toByteArray();
    }

    public byte[] tar() {
        return raw(new byte[2 * TarHeader.BLOCK]).unfinished();
    }

    byte[] zstd() {
        return Zstd.compress(tar());
    }
}
