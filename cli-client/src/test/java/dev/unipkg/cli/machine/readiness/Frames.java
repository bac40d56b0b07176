package dev.unipkg.cli.machine.readiness;

import dev.unipkg.cli.machine.network.Network;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/// Writes frames of a guest to the pipe that a [GuestTraffic] reads, as QEMU's filter-dump does.
public final class Frames implements AutoCloseable {
    public static final int SYN_ACK = 0x12;
    public static final int RST_ACK = 0x14;

    private static final byte[] CARD = HexFormat.ofDelimiter(":").parseHex(Network.CARD);
    private static final byte[] HOST = HexFormat.of().parseHex("52550a000202");

    private final OutputStream pipe;

    public Frames(Path pipe) throws IOException {
        this.pipe = Files.newOutputStream(pipe);
        this.pipe.write(ByteBuffer.allocate(24)
                .order(ByteOrder.nativeOrder())
                .putInt(0xa1b2c3d4)
                .array());
    }

    /// A segment that the guest sends from a port.
    public synchronized void fromGuest(int port, int flags) throws IOException {
        write(segment(CARD, port, flags));
    }

    /// A segment that the host sends from a port.
    synchronized void fromHost(int port, int flags) throws IOException {
        write(segment(HOST, port, flags));
    }

    synchronized void write(byte[] frame) throws IOException {
        ByteBuffer record = ByteBuffer.allocate(16 + frame.length).order(ByteOrder.nativeOrder());
        record.putInt(0).putInt(0).putInt(frame.length).putInt(frame.length).put(frame);
        pipe.write(record.array());
    }

    static byte[] segment(byte[] source, int port, int flags) {
        ByteBuffer frame = ByteBuffer.allocate(14 + 20 + 20);
        frame.put(new byte[6]).put(source).putShort((short) 0x0800);
        frame.put(14, (byte) 0x45).put(14 + 9, (byte) 6);
        frame.putShort(14 + 20, (short) port).put(14 + 20 + 13, (byte) flags);
        return frame.array();
    }

    @Override
    public void close() throws IOException {
        pipe.close();
    }
}
