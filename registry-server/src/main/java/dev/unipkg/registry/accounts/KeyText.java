package dev.unipkg.registry.accounts;

import dev.unipkg.format.Digest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;

/// An API key as its holder sees it, once: `upk_`, 32 characters of base32 (160 random bits) and 6 characters of
/// checksum. The prefix lets secret scanners find a leaked key, the checksum lets anyone tell a mistyped one without
/// asking the registry.
///
/// The alphabet is `a`–`z` and `2`–`7` (RFC 4648 §6 in lower case); the checksum is the upper 30 bits of the CRC-32
/// of everything before it.
///
/// @param text the whole key
record KeyText(String text) {

    static final String PREFIX = "upk_";

    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int RANDOM_CHARACTERS = 32;
    private static final int CHECKSUM_CHARACTERS = 6;
    private static final int LENGTH = PREFIX.length() + RANDOM_CHARACTERS + CHECKSUM_CHARACTERS;

    /// Makes a new random key.
    static KeyText fresh() {
        RandomGenerator random = new SecureRandom();
        StringBuilder body = new StringBuilder(PREFIX);
        for (int i = 0; i < RANDOM_CHARACTERS; i++) {
            body.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return new KeyText(body + checksum(body.toString()));
    }

    /// Reads a key; empty where the text cannot be one.
    static Optional<KeyText> parse(String text) {
        if (text.length() != LENGTH || !text.startsWith(PREFIX)) {
            return Optional.empty();
        }
        String body = text.substring(0, LENGTH - CHECKSUM_CHARACTERS);
        boolean whole = text.endsWith(checksum(body))
                && body.chars().skip(PREFIX.length()).allMatch(c -> ALPHABET.indexOf(c) >= 0);
        return whole ? Optional.of(new KeyText(text)) : Optional.empty();
    }

    byte[] hash() {
        return Digest.sha256().digest(text.getBytes(StandardCharsets.US_ASCII));
    }

    /// Keeps the key out of logs and messages.
    @Override
    public String toString() {
        return PREFIX + "…";
    }

    private static String checksum(String body) {
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        StringBuilder checksum = new StringBuilder(CHECKSUM_CHARACTERS);
        for (int shift = 27; shift > 0; shift -= 5) {
            checksum.append(ALPHABET.charAt((int) (crc.getValue() >>> shift) & 31));
        }
        return checksum.toString();
    }
}
