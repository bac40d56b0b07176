package dev.unipkg.format;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// The hash of some bytes, written `sha256:<64 lowercase hex digits>` as OCI does (image-spec,
/// descriptor.md, "Digests"). Everything of ours is named by its SHA-256. A registry also keeps what others
/// name by its SHA-512.
///
/// @param hex the hash in lowercase hexadecimal digits
public record Digest(Algorithm algorithm, String hex) implements Comparable<Digest> {

    /// A registered algorithm of image-spec, in the order of the names.
    public enum Algorithm {
        SHA256("sha256", "SHA-256", 64),
        SHA512("sha512", "SHA-512", 128);

        private final String word;
        private final String prefix;
        private final String javaName;
        private final int hexLength;

        Algorithm(String word, String javaName, int hexLength) {
            this.word = word;
            this.prefix = word + ":";
            this.javaName = javaName;
            this.hexLength = hexLength;
        }

        /// The length of the hexadecimal form, in characters.
        public int hexLength() {
            return hexLength;
        }

        /// A fresh computation.
        public MessageDigest start() {
            try {
                return MessageDigest.getInstance(javaName);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java runtime has " + javaName, e);
            }
        }

        /// The digest that a finished computation holds.
        public Digest ofHash(byte[] hash) {
            return new Digest(this, HexFormat.of().formatHex(hash));
        }

        /// The digest of `bytes`.
        public Digest of(byte[] bytes) {
            return ofHash(start().digest(bytes));
        }

        /// The name in a digest, as in `sha256`.
        @Override
        public String toString() {
            return word;
        }
    }

    private static final int SHOWN = 160;

    public Digest {
        if (!isHex(hex, algorithm.hexLength())) {
            throw new IllegalArgumentException("not a digest of the form " + algorithm + ":<" + algorithm.hexLength()
                    + " lowercase hex digits>: " + shown(hex));
        }
    }

    /// A SHA-256.
    ///
    /// @param hex 64 lowercase hexadecimal digits
    public Digest(String hex) {
        this(Algorithm.SHA256, hex);
    }

    /// Reads `sha256:<hex>`, which everything of ours is named by.
    ///
    /// @throws IllegalArgumentException when the text is anything else
    public static Digest parse(String text) {
        return parse(Algorithm.SHA256, text);
    }

    /// Reads a digest of either algorithm.
    ///
    /// @throws IllegalArgumentException when the text is none
    public static Digest parseAny(String text) {
        return parse(text.startsWith(Algorithm.SHA512.prefix) ? Algorithm.SHA512 : Algorithm.SHA256, text);
    }

    private static Digest parse(Algorithm algorithm, String text) {
        if (!text.startsWith(algorithm.prefix)) {
            throw new IllegalArgumentException("not a digest of the form sha256:<64 hex digits>: " + shown(text));
        }
        return new Digest(algorithm, text.substring(algorithm.prefix.length()));
    }

    /// The SHA-256 that a finished computation holds.
    ///
    /// @param sha256 32 bytes
    public static Digest ofHash(byte[] sha256) {
        return Algorithm.SHA256.ofHash(sha256);
    }

    /// The SHA-256 of `bytes`.
    public static Digest of(byte[] bytes) {
        return Algorithm.SHA256.of(bytes);
    }

    /// A fresh SHA-256 computation.
    public static MessageDigest sha256() {
        return Algorithm.SHA256.start();
    }

    // Written out, because the methods that Java makes for a record at their first call cost 3 ms, and most commands of
    // pkg compare digests.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Digest digest && algorithm == digest.algorithm && hex.equals(digest.hex);
    }

    @Override
    public int hashCode() {
        return hex.hashCode();
    }

    /// Whether this is the digest of `bytes`.
    public boolean isOf(byte[] bytes) {
        return algorithm.of(bytes).equals(this);
    }

    /// Whether this is a SHA-256.
    public boolean isSha256() {
        return algorithm == Algorithm.SHA256;
    }

    @Override
    public int compareTo(Digest other) {
        int byAlgorithm = algorithm.compareTo(other.algorithm);
        return byAlgorithm != 0 ? byAlgorithm : hex.compareTo(other.hex);
    }

    @Override
    public String toString() {
        return algorithm.prefix + hex;
    }

    private static boolean isHex(String text, int length) {
        if (text.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    private static String shown(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
