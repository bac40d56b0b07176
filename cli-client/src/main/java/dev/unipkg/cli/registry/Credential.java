package dev.unipkg.cli.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;

/// A credential for a registry.
public sealed interface Credential {

    /// An API key of unipkg, sent as a bearer token.
    record Key(String key) implements Credential {
        @Override
        public String authorization() {
            return "Bearer " + key;
        }

        @Override
        public String toString() {
            return "API key";
        }
    }

    /// A user and a password or access token, as other registries have them.
    record Login(String user, String password) implements Credential {
        @Override
        public String authorization() {
            return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
        }

        @Override
        public String toString() {
            return "login of " + user;
        }
    }

    /// The value of the `Authorization` header (RFC 9110, 11.6.2).
    String authorization();
}
