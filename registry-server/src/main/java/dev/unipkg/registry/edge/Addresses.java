package dev.unipkg.registry.edge;

import dev.unipkg.format.Refusal;
import dev.unipkg.registry.problems.Rejection;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// The methods of every address, from the annotations of the resources. They are read on the first request that
/// no resource takes.
@ApplicationScoped
class Addresses {

    private final BeanManager beans;

    private volatile List<Address> known = List.of();

    Addresses(BeanManager beans) {
        this.beans = beans;
    }

    /// @param path matches its paths, with or without a slash at the end
    /// @param parameters how many parts of the path are anything
    private record Address(Pattern path, int parameters, SortedSet<String> methods) {

        static Address of(String template, SortedSet<String> methods) {
            if (methods.contains(HttpMethod.GET)) {
                methods.add(HttpMethod.HEAD);
            }
            return new Address(
                    Pattern.compile(template.replaceAll("\\{[a-z]+}", "[^/]+") + "/?"),
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
                ? new Rejection.NotFound(Rejection.Thing.PAGE, Refusal.quoted(RepositoryPaths.outer(request.path())))
                : new Rejection.MethodNotAllowed(method, methods);
    }

    // Two requests at once both read them, which does no harm.
    private List<Address> all() {
        List<Address> addresses = known;
        if (addresses.isEmpty()) {
            addresses = read();
            known = addresses;
        }
        return addresses;
    }

    private List<Address> read() {
        Map<String, SortedSet<String>> methods = new TreeMap<>();
        for (Bean<?> bean : beans.getBeans(Object.class, Any.Literal.INSTANCE)) {
            Path path = bean.getBeanClass().getAnnotation(Path.class);
            if (path != null) {
                for (Method method : bean.getBeanClass().getDeclaredMethods()) {
                    addTo(methods, path.value(), method);
                }
            }
        }
        List<Address> addresses = new ArrayList<>();
        methods.forEach((template, all) -> addresses.add(Address.of(template, all)));
        // `uploads` in its place is never a digest.
        addresses.sort(Comparator.comparingInt(Address::parameters));
        return List.copyOf(addresses);
    }

    private static void addTo(Map<String, SortedSet<String>> methods, String resource, Method method) {
        Path path = method.getAnnotation(Path.class);
        String whole = "/" + resource + "/" + (path == null ? "" : path.value());
        String template = whole.replaceAll("/+", "/").replaceAll("/$", "");
        for (Annotation annotation : method.getAnnotations()) {
            HttpMethod http = annotation.annotationType().getAnnotation(HttpMethod.class);
            if (http != null) {
                methods.computeIfAbsent(template, _ -> new TreeSet<>()).add(http.value());
            }
        }
    }
}
