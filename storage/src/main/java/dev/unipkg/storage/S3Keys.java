package dev.unipkg.storage;

import dev.unipkg.format.Digest;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/// Every key that is ever written into the bucket:
///
///     blobs/sha256/<64 hex digits>                   a blob, whole and verified
///     blobs/sha512/<128 hex digits>                  another one
///     uploads/<uuid>/begun                           empty; the session exists
///     uploads/<uuid>/<offset in 16 hex digits>-<uuid of its append>
///                                                    bytes of the session, from that offset on
///     quarantine/<hex digits>-<uuid>                 a broken blob that was put aside, for the operator
///     checks/<uuid>/…                                there while [StoreCheck] runs
///
/// The offset has a fixed width, so that a listing shows a session's bytes in their order. No two appends give
/// one name to their bytes. Keys of any other form, such as the temporary names that some servers show for a
/// moment, are ignored.
final class S3Keys {

    static final String BLOBS = "blobs/";
    static final String UPLOADS = "uploads/";

    private static final String BEGUN = "begun";
    private static final Pattern BLOB = Pattern.compile(BLOBS + "(sha256/[0-9a-f]{64}|sha512/[0-9a-f]{128})");
    private static final Pattern CHUNK = Pattern.compile(UPLOADS + "[0-9a-f-]{36}/[0-9a-f]{16}-[0-9a-f-]{36}");
    private static final int UUID_LENGTH = 36;
    private static final int OFFSET_LENGTH = 16;

    private S3Keys() {}

    static String blob(Digest digest) {
        return BLOBS + digest.algorithm() + "/" + digest.hex();
    }

    static boolean isBlob(String key) {
        return BLOB.matcher(key).matches();
    }

    static Digest digest(String blobKey) {
        return Digest.parseAny(blobKey.substring(BLOBS.length()).replace('/', ':'));
    }

    static String session(UUID upload) {
        return UPLOADS + upload + "/";
    }

    static String begun(UUID upload) {
        return session(upload) + BEGUN;
    }

    static String chunk(UUID upload, long offset, UUID append) {
        return session(upload) + "%016x-".formatted(offset) + append;
    }

    static String quarantine(Digest digest, UUID once) {
        return "quarantine/" + digest.hex() + "-" + once;
    }

    static boolean isBegun(String key) {
        return key.endsWith("/" + BEGUN);
    }

    static boolean isChunk(String key) {
        return CHUNK.matcher(key).matches();
    }

    static long chunkOffset(String chunkKey) {
        int at = chunkKey.lastIndexOf('/') + 1;
        return Long.parseLong(chunkKey.substring(at, at + OFFSET_LENGTH), 16);
    }

    /// The session of a key or prefix under `uploads/`; empty for keys that are not ours.
    static Optional<UUID> upload(String key) {
        String rest = key.substring(UPLOADS.length());
        if (rest.length() <= UUID_LENGTH || rest.charAt(UUID_LENGTH) != '/') {
            return Optional.empty();
        }
        try {
            return Optional.of(UUID.fromString(rest.substring(0, UUID_LENGTH)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
