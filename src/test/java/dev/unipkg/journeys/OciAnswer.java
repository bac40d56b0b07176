package dev.unipkg.journeys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import dev.unipkg.format.oci.Descriptor;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The answer of a registry, and what a test requires of it.
record OciAnswer(HttpResponse<byte[]> response) {

    private static final Pattern NEXT = Pattern.compile("<([^>]+)>;\\s*rel=\"?next\"?");
    private static final int SHOWN = 500;

    int status() {
        return response.statusCode();
    }

    byte[] body() {
        return response.body();
    }

    /// All values of a header, as one list; empty where the header is absent.
    String header(String name) {
        return String.join(", ", response.headers().allValues(name));
    }

    /// Requires one of some statuses.
    OciAnswer is(Integer... statuses) {
        assertThat(status()).as("the status of %s", this).isIn((Object[]) statuses);
        return this;
    }

    /// Requires the value of a header.
    OciAnswer has(String header, Object value) {
        assertThat(header(header)).as("%s of %s", header, this).isEqualTo(value.toString());
        return this;
    }

    /// Requires these bytes as the body.
    OciAnswer holds(byte[] bytes) {
        assertThat(body()).as("the body of %s", this).isEqualTo(bytes);
        return this;
    }

    /// Requires a refusal with one of some codes in its body. An answer to HEAD has no body.
    void refuses(int status, String... codes) {
        is(status);
        if (!response.request().method().equals("HEAD")) {
            assertThat(codes()).as("the codes of %s", this).containsAnyOf(codes);
        }
    }

    /// The codes of the errors in the body.
    List<String> codes() {
        return read(() -> json().list("errors", error -> error.text("code")));
    }

    /// The absolute address in `Location`.
    URI location() {
        String location = header("Location");
        assertThat(location).as("Location of %s", this).isNotEmpty();
        return response.uri().resolve(location);
    }

    /// The address of the next page, where `Link` tells one.
    Optional<URI> next() {
        Matcher next = NEXT.matcher(header("Link"));
        return next.find() ? Optional.of(response.uri().resolve(next.group(1))) : Optional.empty();
    }

    List<String> tags() {
        return read(() -> json().texts("tags"));
    }

    /// The descriptors of an index.
    List<Descriptor> manifests() {
        return read(() -> json().list("manifests", Descriptor::of));
    }

    Fields json() {
        return read(() -> Json.parseObject(body(), JsonLimits.DEFAULT));
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read() throws RefusedException;
    }

    private <T> T read(Reading<T> reading) {
        try {
            return reading.read();
        } catch (RefusedException e) {
            throw new AssertionError("not the document that was expected, in " + this, e);
        }
    }

    @Override
    public String toString() {
        String text = new String(body(), 0, Math.min(SHOWN, body().length), UTF_8);
        return response.request().method() + " " + response.request().uri() + ": " + status() + " " + text;
    }
}
