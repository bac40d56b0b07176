package dev.unipkg.cli.registry;

import dev.unipkg.cli.output.Failure;
import dev.unipkg.format.oci.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sends one blob (distribution-spec 1.1, "Pushing blobs"): opens a session and closes it with a PUT that carries
/// the bytes. When the connection is cut, the session is asked how far it came, and the rest follows as the final
/// chunk; where the session is gone, a new one begins. A session at another port of the registry's host gets no
/// credential, and one at another host, or that goes from https to http, no bytes.
public final class Upload {
    private static final Pattern RANGE = Pattern.compile("(?:bytes=)?0-([0-9]{1,18})");

    // Less than this between two cuts counts as no progress.
    private static final long PROGRESS = 64 << 10;

    private final Http http;
    private final Retry retry;
    private final URI blobs;
    private final Descriptor blob;
    private final String what;

    /// Opens the bytes of the blob from some offset on.
    public interface Source {
        InputStream openAt(long offset) throws IOException;
    }

    /// @param blobs the address of the repository's blobs, with a slash at its end
    /// @param what what it is part of, as in `push of acme/redis:7.2`
    Upload(Http http, Retry retry, URI blobs, Descriptor blob, String what) {
        this.http = http;
        this.retry = retry;
        this.blobs = blobs;
        this.blob = blob;
        this.what = what + ", blob " + blob.digest();
    }

    void send(Source source) throws IOException {
        URI session = begin();
        long offset = 0;
        int failures = 0;
        while (true) {
            Optional<String> trouble = close(session, offset, source, failures + 1 >= retry.attempts());
            if (trouble.isEmpty()) {
                return;
            }
            failures++;
            retry.pause(failures, trouble.get());
            Optional<Long> held = progress(session);
            if (held.isEmpty()) {
                if (isThere()) {
                    // It was taken, only the answer got lost.
                    return;
                }
                session = begin();
            }
            failures = held.orElse(0L) - offset >= PROGRESS ? 0 : failures;
            offset = held.orElse(0L);
        }
    }

    /// Whether the registry has the blob.
    boolean isThere() throws IOException {
        URI uri = URI.create(blobs.toString() + blob.digest());
        try (Response response = retry.send(http, Request.head(uri).asMe().asOfBlob())) {
            return response.status() == 200;
        }
    }

    private URI begin() throws IOException {
        try (Response response =
                retry.send(http, Request.send("POST", URI.create(blobs + "uploads/"), Request.Body.of(new byte[0])))) {
            if (response.status() != 202) {
                throw ErrorResponse.failure(response, what);
            }
            return location(response);
        }
    }

    // How many bytes the session holds; empty where the registry does not know it (any more).
    private Optional<Long> progress(URI session) throws IOException {
        try (Response response = retry.send(http, toSession(Request.get(session).asMe()))) {
            if (response.status() != 204) {
                return Optional.empty();
            }
            Matcher range = RANGE.matcher(response.header("Range").orElse(""));
            long last = range.matches() ? Long.parseLong(range.group(1)) : 0;
            // "0-0" is what registries say of an empty session as well as of one byte; empty is the safe reading,
            // as a session that holds more refuses the chunk.
            return last == 0 ? Optional.of(0L) : Optional.of(last + 1).filter(held -> held <= blob.size());
        }
    }

    // Why the registry did not take the rest: the connection broke, or it stands elsewhere than at `offset`. Empty
    // where it took it.
    private Optional<String> close(URI session, long offset, Source source, boolean last) throws IOException {
        URI uri = URI.create(session + (session.getRawQuery() == null ? "?" : "&") + "digest=" + blob.digest());
        Request.Body rest = new Request.Body(blob.size() - offset, () -> source.openAt(offset));
        Request request = Request.send("PUT", uri, rest).with("Content-Type", "application/octet-stream");
        if (offset > 0 && offset < blob.size()) {
            request = request.with("Content-Range", offset + "-" + (blob.size() - 1));
        }
        try (Response response = http.send(toSession(request))) {
            boolean again = response.status() == 404 || response.status() == 416 || Retry.isPassing(response.status());
            if (!response.isSuccess() && (last || !again)) {
                throw ErrorResponse.failure(response, what);
            }
            return response.isSuccess() ? Optional.empty() : Optional.of(Retry.trouble(response));
        } catch (Unreachable e) {
            if (last) {
                throw e;
            }
            return Optional.of(e.sentence());
        }
    }

    // A registry may keep its sessions at another port. It must not make pkg use the user's credentials for
    // that origin.
    private Request toSession(Request request) {
        return Origin.of(request.uri()).equals(Origin.of(blobs)) ? request : request.asStranger();
    }

    private URI location(Response response) {
        String location = response.header("Location").orElse("");
        if (location.isEmpty()) {
            throw ErrorResponse.unexpected(response, "an upload without a Location");
        }
        try {
            URI session = response.uri().resolve(location);
            if (Origin.of(blobs).isDowngradeTo(Origin.of(session))) {
                throw Failure.refused(
                        "downgrade", Origin.of(blobs) + " wants uploads at " + session + ", from https to http");
            }
            if (!Origin.of(session).host().equals(Origin.of(blobs).host())) {
                throw Failure.refused(
                        "foreign-upload",
                        "%s wants uploads at %s, which is another host".formatted(Origin.of(blobs), session));
            }
            return session;
        } catch (IllegalArgumentException e) {
            throw ErrorResponse.unexpected(response, "an upload at \"" + location + "\", which is no address")
                    .causedBy(e);
        }
    }
}
