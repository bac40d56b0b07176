package dev.unipkg.registry.accounts;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/// Checks the credentials of every request that has some, so that bad ones are refused on every door alike.
class CredentialsFilter {

    private final Caller caller;
    private final Credentials credentials;

    CredentialsFilter(Caller caller, Credentials credentials) {
        this.caller = caller;
        this.credentials = credentials;
    }

    @ServerRequestFilter
    void identify(ContainerRequestContext request) {
        String authorization = request.getHeaderString(HttpHeaders.AUTHORIZATION);
        if (authorization != null) {
            caller.is(credentials.identify(authorization));
        }
    }
}
