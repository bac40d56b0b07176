package dev.unipkg.registry.accounts;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/// Checks the credentials of every request that has some, so that bad ones are refused everywhere. Quarkus
/// checks them only when the identity is read, and public resources do not read it.
class CredentialsFilter {

    private final Caller caller;

    CredentialsFilter(Caller caller) {
        this.caller = caller;
    }

    @ServerRequestFilter
    void identify(ContainerRequestContext request) {
        if (request.getHeaderString(HttpHeaders.AUTHORIZATION) != null) {
            Identity unused = caller.identity();
        }
    }
}
