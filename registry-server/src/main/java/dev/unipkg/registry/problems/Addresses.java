package dev.unipkg.registry.problems;

import dev.unipkg.format.Refusal;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// The methods of every address of both APIs, from the OpenAPI document of the build. It is read on the first
/// request that no resource takes.
@ApplicationScoped
class Addresses {

    private static final String DOCUMENT = "META-INF/quarkus-generated-openapi-doc.JSON";
    private static final JsonLimits LIMITS = new JsonLimits(4 << 20, 64, 200_000);
    private static final List<String> METHODS = List.of("get", "head", "put", "post", "patch", "delete");

    private volatile List<Address> known = List.of();

    /// @param path matches its paths, with or without a slash at the end
    /// @param parameters how many parts of the path are anything
    private record Address(Pattern path, int parameters, SortedSet<String> methods) {

        static Address of(String template, Json.Obj operations) {
            SortedSet<String> methods = new TreeSet<>();
            METHODS.stream()
                    .filter(operations.members()::containsKey)
                    .map(method -> method.toUpperCase(Locale.ROOT))
                    .forEach(methods::add);
            if (methods.contains("GET")) {
                methods.add("HEAD");
            }
            String path = template.replaceAll("\\{[a-z]+}", "[^/]+");
            return new Address(
                    Pattern.compile(path + "/?"),
                    template.length() - template.replace("{", "").length(),
                    methods);
        }
    }

    /// The methods of the address; none where there is no such address.
    SortedSet<String> methods(String path) {
        return all().stream()
                .filter(address -> address.path().matcher(path).matches())
                .findFirst()
                .map(Address::methods)
                .orElseGet(TreeSet::new);
    }

    /// The answer to a request that no resource took: another method is allowed, or the address does not exist.
    Rejection unserved(HttpServerRequest request) {
        String method = request.method().name();
        SortedSet<String> methods = methods(request.path() == null ? "/" : request.path());
        return methods.isEmpty() || methods.contains(method)
                ? new Rejection.NotFound(Rejection.Thing.PAGE, Refusal.quoted(request.path()))
                : new Rejection.MethodNotAllowed(method, methods);
    }

    // Two who ask at once both read it, which does no harm.
    private List<Address> all() {
        List<Address> addresses = known;
        if (addresses.isEmpty()) {
            addresses = read();
            known = addresses;
        }
        return addresses;
    }

    private static List<Address> read() {
        try (InputStream in = Addresses.class.getClassLoader().getResourceAsStream(DOCUMENT)) {
            if (in == null) {
                throw new FileNotFoundException(DOCUMENT + " is not on the class path");
            }
            Json.Obj paths =
                    Json.parseObject(in.readAllBytes(), LIMITS).fields("paths").object();
            List<Address> addresses = new ArrayList<>();
            paths.members().forEach((template, operations) -> {
                if (operations instanceof Json.Obj object) {
                    addresses.add(Address.of(template, object));
                }
            });
            // `uploads` in its place is never a digest.
            addresses.sort(Comparator.comparingInt(Address::parameters));
            return List.copyOf(addresses);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
