package dev.unipkg.registry.accounts;

import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Short-lived tokens for OCI clients, which exchange credentials for one first. A token is `upt_` and
/// base64url of: 8 bytes expiry (seconds since 1970), 8 bytes key id (0: anonymous), 32 bytes HMAC-SHA-256 of
/// those 16 under the registry's secret. Every replica can check it without having made it, and the key behind
/// it is looked up again at each use, so that revoking the key ends its tokens.
@ApplicationScoped
class Tokens {

    static final Duration LIFETIME = Duration.ofMinutes(5);

    private static final String PREFIX = "upt_";
    private static final int CLAIMS_BYTES = 2 * Long.BYTES;
    private static final int MAC_BYTES = 32;

    private final Clock clock;
    private volatile byte @Nullable [] secret;

    Tokens(Clock clock) {
        this.clock = clock;
    }

    /// The meaning of a valid token.
    sealed interface Grant {
        record ForAnyone() implements Grant {}

        record ForKey(long id) implements Grant {}
    }

    String issue(Grant grant) {
        long id = switch (grant) {
            case Grant.ForAnyone() -> 0;
            case Grant.ForKey(var keyId) -> keyId;
        };
        ByteBuffer token = ByteBuffer.allocate(CLAIMS_BYTES + MAC_BYTES);
        token.putLong(clock.instant().plus(LIFETIME).getEpochSecond()).putLong(id);
        token.put(mac(token.array()));
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(token.array());
    }

    /// Empty where the token is not ours or no longer good.
    Optional<Grant> read(String text) {
        byte[] token = decode(text);
        if (token.length != CLAIMS_BYTES + MAC_BYTES) {
            return Optional.empty();
        }
        ByteBuffer claims = ByteBuffer.wrap(token);
        Instant expiry = Instant.ofEpochSecond(claims.getLong());
        long id = claims.getLong();
        byte[] claimed = new byte[MAC_BYTES];
        claims.get(claimed);
        if (!MessageDigest.isEqual(mac(token), claimed) || !clock.instant().isBefore(expiry)) {
            return Optional.empty();
        }
        return Optional.of(id == 0 ? new Grant.ForAnyone() : new Grant.ForKey(id));
    }

    private static byte[] decode(String text) {
        try {
            return text.startsWith(PREFIX)
                    ? Base64.getUrlDecoder().decode(text.substring(PREFIX.length()))
                    : new byte[0];
        } catch (IllegalArgumentException notBase64) {
            return new byte[0];
        }
    }

    private byte[] mac(byte[] token) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret(), "HmacSHA256"));
            mac.update(token, 0, CLAIMS_BYTES);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has HmacSHA256", e);
        }
    }

    private byte[] secret() {
        byte[] known = secret;
        if (known == null) {
            known = RegistryRow.get().tokenSecret;
            secret = known;
        }
        return known;
    }
}
