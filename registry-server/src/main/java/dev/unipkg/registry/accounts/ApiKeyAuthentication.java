package dev.unipkg.registry.accounts;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Authentication by API keys and by the tokens made from them, for Quarkus Security. Requests without an
/// `Authorization` header are anonymous. Clients of ops send their key in a header of their own. It counts where a key
/// is
/// needed only; elsewhere a proxy may use a header of that name.
@ApplicationScoped
class ApiKeyAuthentication implements HttpAuthenticationMechanism {

    private static final String OPS_KEY = "x-api-key";

    private static final Set<String> OPS_PATHS = Set.of("/apikeys/validate", "/packages/create");

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager providers) {
        String authorization = authorization(context);
        return authorization == null
                ? Uni.createFrom().nullItem()
                : providers.authenticate(new ApiKeyIdentityProvider.Request(authorization));
    }

    private static @Nullable String authorization(RoutingContext context) {
        String authorization = context.request().getHeader(HttpHeaders.AUTHORIZATION);
        String opsKey = context.request().getHeader(OPS_KEY);
        return authorization == null
                        && opsKey != null
                        && OPS_PATHS.contains(String.valueOf(context.request().path()))
                ? "Bearer " + opsKey
                : authorization;
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom()
                .item(new ChallengeData(
                        HttpResponseStatus.UNAUTHORIZED.code(),
                        HttpHeaders.createOptimized("WWW-Authenticate"),
                        "Bearer realm=\"unipkg\""));
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return Set.of(ApiKeyIdentityProvider.Request.class);
    }
}
