package dev.unipkg.format.layer;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.tree.Content;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Optional;

/// A tar that streams by once: hashed, copied and held against the limits before any of it is looked at.
final class StreamSource implements TarSource {

    /// A placeholder for contents while a layer is only listed.
    private static final Content NOT_KEPT = new Content.Bytes(new byte[0]);

    private final Pieces tar;
    private final Compressed compressed;
    private final OutputStream copy;
    private final Limits limits;
    private final boolean hashFiles;
    private final MessageDigest tarHash = Digest.sha256();
    private byte[] buffer = new byte[0];
    private int from;
    private int to;
    private long tarSize;

    /// @param tar the uncompressed archive
    /// @param compressed knows how many bytes it was read from
    /// @param copy gets every byte of the archive
    /// @param hashFiles whether to compute the digest of each file
    StreamSource(Pieces tar, Compressed compressed, OutputStream copy, Limits limits, boolean hashFiles) {
        this.tar = tar;
        this.compressed = compressed;
        this.copy = copy;
        this.limits = limits;
        this.hashFiles = hashFiles;
    }

    /// How many compressed bytes were read so far.
    @FunctionalInterface
    interface Compressed {
        long bytes();
    }

    @Override
    public void read(byte[] into, int length) throws IOException {
        for (int done = 0; done < length; ) {
            require();
            int count = Math.min(length - done, to - from);
            System.arraycopy(buffer, from, into, done, count);
            from += count;
            done += count;
        }
    }

    @Override
    public Passed pass(long size) throws IOException {
        MessageDigest sha256 = hashFiles ? Digest.sha256() : null;
        for (long left = size; left > 0; ) {
            require();
            int count = (int) Math.min(left, to - from);
            if (sha256 != null) {
                sha256.update(buffer, from, count);
            }
            from += count;
            left -= count;
        }
        return new Passed(NOT_KEPT, Optional.ofNullable(sha256).map(hash -> Digest.ofHash(hash.digest())));
    }

    @Override
    public boolean atEnd() throws IOException {
        return from == to && !fill();
    }

    /// The digest of the whole archive, once it was read to its end.
    Digest tarDigest() {
        return Digest.ofHash(tarHash.digest());
    }

    long tarSize() {
        return tarSize;
    }

    private void require() throws IOException {
        if (from == to && !fill()) {
            throw new ArchiveRefusal.Truncated("the layer").asException();
        }
    }

    private boolean fill() throws IOException {
        Pieces.Piece piece = tar.next();
        if (piece == null) {
            return false;
        }
        buffer = piece.bytes();
        int read = piece.length();
        tarSize += read;
        if (tarSize > limits.bytes()) {
            throw new ArchiveRefusal.UnpacksTooLarge(limits.bytes()).asException();
        }
        if (tarSize > Limits.RATIO_FREE_BYTES && tarSize / limits.ratio() > compressed.bytes()) {
            throw new ArchiveRefusal.Bomb(limits.ratio()).asException();
        }
        tarHash.update(buffer, 0, read);
        copy.write(buffer, 0, read);
        from = 0;
        to = read;
        return true;
    }
}
