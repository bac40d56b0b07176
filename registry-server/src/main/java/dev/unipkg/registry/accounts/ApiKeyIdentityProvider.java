package dev.unipkg.registry.accounts;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.unipkg.format.Digest;
import dev.unipkg.registry.problems.Denial;
import dev.unipkg.registry.problems.DeniedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.BaseAuthenticationRequest;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Objects;

/// Finds out whose an `Authorization` header is: an API key or a token of ours as `Bearer` (RFC 6750), or an API key as
/// the password of `Basic` (RFC 7617) under any user name.
@ApplicationScoped
class ApiKeyIdentityProvider implements IdentityProvider<ApiKeyIdentityProvider.Request> {

    /// The attribute of a [SecurityIdentity] that holds its [Identity].
    static final String IDENTITY = "unipkg.identity";

    /// How long what was good is taken to be so still; a push of many blobs asks many times a second.
    private static final Duration TRUSTED = Duration.ofSeconds(1);

    private static final int REMEMBERED = 10_000;

    private final Clock clock;
    private final Tokens tokens;

    /// By the SHA-256 of the header, so that no key stays in memory.
    private final Cache<Digest, Identity> good = Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .expireAfterWrite(TRUSTED)
            .build();

    ApiKeyIdentityProvider(Clock clock, Tokens tokens) {
        this.clock = clock;
        this.tokens = tokens;
    }

    /// A request for the identity behind a header.
    static final class Request extends BaseAuthenticationRequest {
        private final String authorization;

        Request(String authorization) {
            this.authorization = authorization;
        }
    }

    @Override
    public Class<Request> getRequestType() {
        return Request.class;
    }

    /// The identity. The Uni fails with a [DeniedException] where the header is of none of those forms or what it holds
    /// is not good.
    @Override
    public Uni<SecurityIdentity> authenticate(Request request, AuthenticationRequestContext context) {
        return context.runBlocking(() -> QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal("the holder of a key"))
                .addAttribute(IDENTITY, identify(request.authorization))
                .build());
    }

    private Identity identify(String authorization) {
        Digest header = Digest.of(authorization.getBytes(StandardCharsets.UTF_8));
        Identity known = good.getIfPresent(header);
        if (known != null) {
            return known;
        }
        Identity identity = check(authorization);
        good.put(header, identity);
        return identity;
    }

    /// Makes every header be checked anew, for a key was revoked.
    void forget() {
        good.invalidateAll();
    }

    private Identity check(String authorization) {
        int space = authorization.indexOf(' ');
        String scheme = authorization.substring(0, Math.max(space, 0)).toLowerCase(Locale.ROOT);
        String secret = authorization.substring(space + 1).strip();
        return switch (scheme) {
            case "bearer" -> secret.startsWith(KeyText.PREFIX) ? ofKey(secret) : ofToken(secret);
            case "basic" -> ofKey(password(secret));
            default -> throw bad();
        };
    }

    private Identity ofKey(String text) {
        ApiKey key = KeyText.parse(text)
                .flatMap(ApiKey::find)
                .filter(found -> found.isGood(clock.instant()))
                .orElseThrow(ApiKeyIdentityProvider::bad);
        return identityOf(key, Identity.Proof.KEY);
    }

    private Identity ofToken(String text) {
        return switch (tokens.read(text).orElseThrow(ApiKeyIdentityProvider::bad)) {
            case Tokens.Grant.ForAnyone() -> new Identity.Anonymous();
            case Tokens.Grant.ForKey(var id) -> {
                ApiKey key = ApiKey.findById(id);
                if (key == null || !key.isGood(clock.instant())) {
                    throw bad();
                }
                yield identityOf(key, Identity.Proof.TOKEN);
            }
        };
    }

    private static Identity identityOf(ApiKey key, Identity.Proof proof) {
        long id = Objects.requireNonNull(key.id, "a stored key has an id");
        return key.namespace == null
                ? new Identity.Administrator(id, proof)
                : new Identity.Publisher(id, key.namespace, proof);
    }

    private static String password(String basic) {
        try {
            String userAndPassword = new String(Base64.getDecoder().decode(basic), StandardCharsets.UTF_8);
            return userAndPassword.substring(userAndPassword.indexOf(':') + 1);
        } catch (IllegalArgumentException notBase64) {
            throw bad();
        }
    }

    private static DeniedException bad() {
        return new DeniedException(new Denial.BadCredentials());
    }
}
