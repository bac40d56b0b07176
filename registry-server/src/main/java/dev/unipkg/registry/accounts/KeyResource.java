package dev.unipkg.registry.accounts;

import dev.unipkg.api.ApiList;
import dev.unipkg.api.ApiRecord;
import dev.unipkg.api.KeyInfo;
import dev.unipkg.api.NewKey;
import dev.unipkg.api.Page;
import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.NameRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.kernels.Family;
import dev.unipkg.registry.catalog.Answers;
import dev.unipkg.registry.problems.JsonBody;
import dev.unipkg.registry.problems.PageLimit;
import dev.unipkg.registry.problems.Rejection;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// API keys: made, listed and revoked by administrators, and by publishers within their namespace.
@Path("/api/v1/keys")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Accounts")
class KeyResource {

    /// RFC 3339 has years of four digits, and PostgreSQL does not hold every later one that Java does.
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private final Caller caller;
    private final Clock clock;
    private final ApiKeyIdentityProvider identities;

    KeyResource(Caller caller, Clock clock, ApiKeyIdentityProvider identities) {
        this.caller = caller;
        this.clock = clock;
        this.identities = identities;
    }

    /// Makes a key; the answer is the only place it is ever shown. Without a namespace it is an administrator's.
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Transactional(rollbackOn = Exception.class)
    @Operation(operationId = "createKey", summary = "Make an API key; it is shown this once")
    @RequestBody(
            required = true,
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = NewKey.class)))
    @APIResponse(responseCode = "404", description = "There is no such namespace")
    @APIResponse(responseCode = "409", description = "No key is bound to that namespace")
    @APIResponse(
            responseCode = "201",
            description = "The key, shown this once",
            headers =
                    @Header(
                            name = "Cache-Control",
                            description = "no-store",
                            schema = @Schema(type = SchemaType.STRING)),
            content = @Content(schema = @Schema(implementation = KeyInfo.class)))
    @APIResponse(responseCode = "403", description = "Another's namespace, or a token was given instead of the key")
    public Response create(InputStream body) throws IOException {
        caller.requireKey();
        Fields fields = JsonBody.small(body);
        // A script whose variable is empty must not be given the key to everything.
        if (fields.object().members().get("namespace") instanceof Json.Null) {
            throw new Rejection.BadRequest("namespace", "a namespace, or to be left out for an administrator's key")
                    .asException();
        }
        NewKey wanted = ApiRecord.read(fields, NewKey.class);
        requireMay(wanted.namespace());
        KeyText text = KeyText.fresh();
        ApiKey key = new ApiKey();
        key.hash = text.hash();
        key.namespace = wanted.namespace().orElse(null);
        key.description = description(wanted);
        key.created = clock.instant();
        key.expires = expiry(wanted).or(this::callersExpiry).orElse(null);
        key.persist();
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.LOCATION, "/api/v1/keys/" + key.id)
                .entity(info(key, Optional.of(text.text())))
                .header("Cache-Control", "no-store")
                .build();
    }

    /// The keys the caller may revoke, without those that are revoked already.
    @GET
    @Transactional
    @SecurityRequirement(name = "key")
    @SecurityRequirement(name = "password")
    @Operation(operationId = "listKeys", summary = "List the API keys that the caller may revoke")
    @APIResponse(
            responseCode = "200",
            description = "A page of keys; Link and next name the next one",
            content = @Content(schema = @Schema(ref = "KeyList")))
    @APIResponse(responseCode = "403", description = "A token was given instead of the key")
    public Response list(
            @QueryParam("limit") @DefaultValue(PageLimit.DEFAULT) String limit,
            @QueryParam("after") @DefaultValue("0") String after,
            @Context UriInfo uri) {
        caller.requireKey();
        int size = PageLimit.limit(limit);
        List<ApiKey> keys = switch (caller.identity()) {
            case Identity.Anonymous() -> List.of();
            case Identity.Publisher(var keyId, var namespace, var proof) ->
                ApiKey.after(id(after), Optional.of(namespace), size + 1);
            case Identity.Administrator(var keyId, var proof) -> ApiKey.after(id(after), Optional.empty(), size + 1);
        };
        List<KeyInfo> shown = keys.stream()
                .limit(size)
                .map(key -> info(key, Optional.empty()))
                .toList();
        Optional<String> next = keys.size() > size ? Optional.of(shown.getLast().id()) : Optional.empty();
        Response.ResponseBuilder response =
                Response.ok(new Page<>(ApiList.KEYS, shown, next)).header("Cache-Control", "no-store");
        next.ifPresent(cursor -> response.header("Link", Answers.nextPage(uri, cursor)));
        return response.build();
    }

    /// One at a time: two administrators who revoke each other at once would each count the other as the one who stays.
    @DELETE
    @Path("/{id}")
    @Operation(operationId = "revokeKey", summary = "Revoke an API key")
    @APIResponse(responseCode = "204", description = "It is revoked")
    @APIResponse(responseCode = "403", description = "A token was given instead of the key")
    @APIResponse(responseCode = "404", description = "There is no such key that the caller may revoke")
    @APIResponse(responseCode = "409", description = "It is the last administrator's")
    public Response revoke(@PathParam("id") long id) {
        caller.requireKey();
        QuarkusTransaction.requiringNew().run(() -> revokeVisible(id));
        identities.forget();
        return Response.noContent().build();
    }

    private void revokeVisible(long id) {
        RegistryRow.lock();
        ApiKey key = ApiKey.findById(id);
        boolean visible = key != null && key.revoked == null && mayRevoke(key);
        if (key == null || !visible) {
            throw new Rejection.NotFound(Rejection.Thing.KEY, Long.toString(id)).asException();
        }
        if (key.isAdministrator() && ApiKey.otherAdministrators(id, clock.instant()) == 0) {
            throw new Rejection.Conflict("this is the last administrator's key; make another before revoking it")
                    .asException();
        }
        key.revoked = clock.instant();
    }

    private void requireMay(Optional<String> namespace) throws IOException {
        if (namespace.isEmpty()) {
            caller.requireAdministrator();
            return;
        }
        caller.requirePublisher(namespace.get());
        // Only administrators publish kernel releases, so no key is bound to where they live.
        if (namespace.get().equals(Family.NAMESPACE)) {
            throw new NameRefusal.ReservedName(Family.NAMESPACE).asException();
        }
        if (Namespace.findById(namespace.get()) == null) {
            throw new Rejection.NotFound(Rejection.Thing.NAMESPACE, namespace.get()).asException();
        }
    }

    private boolean mayRevoke(ApiKey key) {
        return key.namespace == null ? caller.isAdministrator() : caller.mayPublish(key.namespace);
    }

    private static String description(NewKey wanted) throws IOException {
        String description = wanted.description().orElse("");
        if (description.length() > NewKey.MAX_DESCRIPTION) {
            throw invalid("description", description, "at most " + NewKey.MAX_DESCRIPTION + " characters");
        }
        return description;
    }

    private Optional<Instant> expiry(NewKey wanted) throws IOException {
        Optional<Instant> expires = wanted.expires();
        if (expires.isPresent() && !expires.get().isAfter(clock.instant())) {
            throw invalid("expires", expires.get().toString(), "a time to come");
        }
        if (expires.isPresent() && expires.get().isAfter(LATEST)) {
            throw invalid("expires", expires.get().toString(), "a time before the year 10000");
        }
        Optional<Instant> callers = callersExpiry();
        if (expires.isPresent() && callers.isPresent() && expires.get().isAfter(callers.get())) {
            throw invalid(
                    "expires",
                    expires.get().toString(),
                    "at most the expiry of the key that makes it, " + callers.get());
        }
        return expires;
    }

    /// The expiry of the caller's own key. A new key never outlives it, because a leaked short-lived key could
    /// otherwise be renewed for ever.
    private Optional<Instant> callersExpiry() {
        ApiKey own = ApiKey.findById(caller.keyId().orElseThrow());
        return Optional.ofNullable(own.expires);
    }

    private static RefusedException invalid(String field, String value, String rule) {
        return new DocumentRefusal.InvalidValue(field, value, rule).asException();
    }

    private static long id(String text) {
        if (!text.matches("[0-9]{1,18}")) {
            throw new Rejection.BadRequest("after", "the id of a key").asException();
        }
        return Long.parseLong(text);
    }

    private static KeyInfo info(ApiKey key, Optional<String> text) {
        return new KeyInfo(
                Objects.requireNonNull(key.id, "a stored key has an id").toString(),
                Optional.ofNullable(key.namespace),
                key.description,
                key.created,
                Optional.ofNullable(key.expires),
                text);
    }
}
