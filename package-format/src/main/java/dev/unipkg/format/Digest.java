package dev.unipkg.format;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The SHA-256 of some bytes, written `sha256:<64 lowercase hex digits>` as OCI does
/// (image-spec, descriptor.md, "Digests"). No other algorithm is read or written.
///
/// @param hex 64 lowercase hexadecimal digits
public record Digest(String hex) implements Comparable<Digest> {

    /// The length of the hexadecimal form, in characters.
    public static final int HEX_LENGTH = 64;

    private static final String PREFIX = "sha256:";

    public Digest {
        if (!isHex(hex)) {
            throw new IllegalArgumentException("not a SHA-256 in 64 lowercase hex digits: " + shown(hex));
        }
    }

    /// Reads `sha256:<hex>`.
    ///
    /// @throws IllegalArgumentException when the text is anything else
    public static Digest parse(String text) {
        if (!text.startsWith(PREFIX)) {
            throw new IllegalArgumentException("not a digest of the form sha256:<64 hex digits>: " + shown(text));
        }
        return new Digest(text.substring(PREFIX.length()));
    }

    /// The digest that a finished SHA-256 computation holds.
    ///
    /// @param sha256 32 bytes
    public static Digest ofHash(byte[] sha256) {
        return new Digest(HexFormat.of().formatHex(sha256));
    }

    /// The digest of `bytes`.
    public static Digest of(byte[] bytes) {
        return ofHash(sha256().digest(bytes));
    }

    /// A fresh SHA-256 computation.
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    @Override
    public int compareTo(Digest other) {
        return hex.compareTo(other.hex);
    }

    @Override
    public String toString() {
        return PREFIX + hex;
    }

    private static boolean isHex(String text) {
        if (text.length() != HEX_LENGTH) {
            return false;
        }
        for (int i = 0; i < HEX_LENGTH; i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    private static String shown(String text) {
        return text.length() <= 2 * HEX_LENGTH ? text : text.substring(0, 2 * HEX_LENGTH) + "…";
    }
}
