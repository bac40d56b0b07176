package dev.unipkg.cli.registry;

import dev.unipkg.api.AccountInfo;
import dev.unipkg.api.ApiRecord;
import dev.unipkg.api.PullNumber;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Tag;
import dev.unipkg.format.Version;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import dev.unipkg.format.oci.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// One registry: what it has, and what is put there. Everything goes to its origin; where the origin is set by
/// `--registry` or `PKG_REGISTRY`, every endpoint moves with it.
public final class Registry {
    private static final int ANSWER_LIMIT = 16 << 20;
    private static final int PAGES = 1000;
    private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;\\s*rel=\"?next\"?.*");
    private static final String DOCUMENT_TYPES =
            "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json";

    private final Origin origin;
    private final Http http;
    private final Retry retry;

    public Registry(Origin origin, Http http, Retry retry) {
        this.origin = origin;
        this.http = http;
        this.retry = retry;
    }

    public Origin origin() {
        return origin;
    }

    /// The manifest or index of this tag or digest; empty where the registry has none.
    ///
    /// @param reference a tag, or `sha256:…`, which the answer is checked against
    public Optional<Document> document(PackageName repository, String reference) throws IOException {
        Request request = Request.get(v2(repository, "/manifests/" + reference)).with("Accept", DOCUMENT_TYPES);
        try (Response response = retry.send(http, request)) {
            if (response.status() == 404) {
                return Optional.empty();
            }
            require(response, repository + ":" + reference);
            byte[] bytes = response.bytes(JsonLimits.DOCUMENT_BYTES);
            Digest digest = Digest.of(bytes);
            if (reference.startsWith("sha256:") && !digest.toString().equals(reference)) {
                throw new RefusedException(new ContentRefusal.DigestMismatch(Digest.parse(reference), digest));
            }
            String type = response.header("Content-Type").orElse("");
            int semicolon = type.indexOf(';');
            return Optional.of(
                    new Document(bytes, (semicolon < 0 ? type : type.substring(0, semicolon)).strip(), digest));
        }
    }

    /// Whether the registry has this manifest or index whole. It is asked with the user's credential, because our
    /// registry renews the lease of what a publisher asks for.
    public boolean hasDocument(PackageName repository, Digest digest) throws IOException {
        Request request = Request.head(v2(repository, "/manifests/" + digest))
                .with("Accept", DOCUMENT_TYPES)
                .asMe();
        try (Response response = retry.send(http, request)) {
            return response.status() == 200;
        }
    }

    /// The digest a tag has; empty where there is no such tag.
    public Optional<Digest> digestOf(PackageName repository, String tag) throws IOException {
        return document(repository, tag).map(Document::digest);
    }

    /// All tags of a repository, as any OCI registry lists them; none where there is no such repository.
    public List<String> tags(PackageName repository) throws IOException {
        List<String> tags = new ArrayList<>();
        URI page = v2(repository, "/tags/list?n=1000");
        for (int pages = 0; pages < PAGES; pages++) {
            try (Response response = retry.send(http, Request.get(page))) {
                if (response.status() == 404) {
                    return tags;
                }
                require(response, "tags of " + repository);
                tags.addAll(Json.parseObject(response.bytes(ANSWER_LIMIT), JsonLimits.DEFAULT)
                        .texts("tags"));
                Optional<URI> next = next(response);
                if (next.isEmpty()) {
                    return tags;
                }
                page = next.get();
            }
        }
        throw Failure.refused("endless-data", origin + " lists tags of " + repository + " without an end");
    }

    /// The tags of a repository that [read as versions][Tag#readsAsVersion].
    public List<Version> versions(PackageName repository) throws IOException {
        return tags(repository).stream().flatMap(Registry::version).toList();
    }

    private static Stream<Version> version(String tag) {
        try {
            return Tag.readsAsVersion(tag) ? Stream.of(Version.ofTag(tag)) : Stream.empty();
        } catch (IllegalArgumentException e) {
            return Stream.empty();
        }
    }

    /// The bytes of a blob from `offset` on, unverified; they continue by themselves after a cut.
    public InputStream blob(PackageName repository, Descriptor blob, long offset) {
        return new BlobStream(http, v2(repository, "/blobs/" + blob.digest()), blob.size(), offset, retry);
    }

    /// The same, and no download. A registry that counts downloads says so, and gets the last byte of the blob asked
    /// for once more when the pull is [complete][#completePull]; others do not know the header and ignore it.
    public InputStream uncountedBlob(PackageName repository, Descriptor blob, long offset, CountNotice notice) {
        return new BlobStream(http, v2(repository, "/blobs/" + blob.digest()), blob.size(), offset, retry)
                .uncounted(notice);
    }

    /// Lets the registry count a pull, by the last byte of its config or kernel file.
    ///
    /// @param number which counts once, however often this is called
    /// @param build the manifest that was pulled
    public void completePull(PackageName repository, Descriptor blob, PullNumber number, Digest build)
            throws IOException {
        URI uri = v2(repository, "/blobs/" + blob.digest());
        Request request = Request.get(uri)
                .asOfBlob()
                .with("Range", "bytes=" + (blob.size() - 1) + "-")
                .with(PullNumber.HEADER, number.toString())
                .with(PullNumber.BUILD_HEADER, build.toString());
        retry.run(() -> {
            try (Response response = http.send(request)) {
                boolean isPart = response.status() == 206;
                if (Retry.isPassing(response.status()) || isPart && response.bytes(1).length == 0) {
                    throw new Unreachable(uri, new IOException("HTTP status " + response.status()));
                }
                if (!isPart) {
                    // It no longer has the blob, or no longer counts and sends all of it.
                    response.abort();
                }
                return isPart;
            }
        });
    }

    /// Puts a blob there unless it is there.
    ///
    /// @param what what it is part of, as in `push of acme/redis:7.2`
    /// @return whether bytes were sent
    public boolean putBlob(PackageName repository, Descriptor blob, Upload.Source source, String what)
            throws IOException {
        Upload upload = new Upload(http, retry, v2(repository, "/blobs/"), blob, what);
        if (upload.isThere()) {
            return false;
        }
        upload.send(source);
        return true;
    }

    /// Puts a manifest or an index there.
    ///
    /// @param reference a tag or the digest
    /// @param what what it is part of, as in `push of acme/redis:7.2`
    public void putDocument(PackageName repository, String reference, String mediaType, byte[] bytes, String what)
            throws IOException {
        Request request = Request.send("PUT", v2(repository, "/manifests/" + reference), Request.Body.of(bytes))
                .with("Content-Type", mediaType)
                .asChecked();
        try (Response response = retry.send(http, request)) {
            require(response, what);
        }
    }

    /// An answer of the native API, version 1; empty where it has no such thing, or the registry no such API.
    ///
    /// @param path below `/api/v1`, encoded
    <T> Optional<T> find(String path, Reader<T> reader) throws IOException {
        Request request = Request.get(origin.at("/api/v1" + path)).with("Accept", "application/json");
        try (Response response = retry.send(http, request)) {
            return read(response, request.uri().getPath(), reader);
        }
    }

    /// An answer of the native API, version 1; empty where it has no such thing, or the registry no such API.
    ///
    /// @param path below `/api/v1`, encoded
    <T extends ApiRecord> Optional<T> find(String path, Class<T> type) throws IOException {
        return find(path, json -> ApiRecord.read(json, type));
    }

    /// The account of the stored credential; empty if the registry has no such API.
    ///
    /// @throws Failure when the registry does not take the credential
    public Optional<AccountInfo> whoAmI() throws IOException {
        Request request = Request.get(origin.at("/api/v1/whoami")).asMe().with("Accept", "application/json");
        try (Response response = retry.send(http, request)) {
            if (response.status() == 401) {
                throw ErrorResponse.failure(response, origin + " does not accept this key")
                        .next("check the key, and that it is for this registry");
            }
            return read(response, "login", json -> ApiRecord.read(json, AccountInfo.class));
        }
    }

    /// An answer about the accounts of the native API, which only the owner of the credential gets.
    ///
    /// @param path below `/api/v1`, encoded
    <T> T findAsMe(String path, String what, Reader<T> reader) throws IOException {
        Request request = Request.get(origin.at("/api/v1" + path)).asMe().with("Accept", "application/json");
        try (Response response = retry.send(http, request)) {
            requireAccounts(response, what);
            return reader.read(response.bytes(ANSWER_LIMIT));
        }
    }

    /// The answer to a document that was sent.
    ///
    /// @param created whether the registry has something new
    record Sent<T>(T answer, boolean created) {}

    /// Sends a document to the accounts of the native API, once: a second try could create a second thing.
    ///
    /// @param path below `/api/v1`, encoded
    <T extends ApiRecord> Sent<T> send(String path, ApiRecord document, String what, Class<T> type) throws IOException {
        Request.Body body = Request.Body.of(document.toBytes());
        Request request = Request.send("POST", origin.at("/api/v1" + path), body)
                .with("Accept", "application/json")
                .with("Content-Type", "application/json");
        try (Response response = http.send(request)) {
            requireAccounts(response, what);
            return new Sent<>(ApiRecord.read(response.bytes(ANSWER_LIMIT), type), response.status() == 201);
        }
    }

    /// Deletes a thing of the accounts of the native API, once: a second try would not find it.
    ///
    /// @param path below `/api/v1`, encoded
    void delete(String path, String what) throws IOException {
        try (Response response = http.send(Request.delete(origin.at("/api/v1" + path)))) {
            requireAccounts(response, what);
        }
    }

    /// Reads a document.
    interface Reader<T> {
        T read(byte[] json) throws RefusedException;
    }

    private static <T> Optional<T> read(Response response, String what, Reader<T> reader) throws IOException {
        if (response.status() == 404) {
            return Optional.empty();
        }
        require(response, what);
        return Optional.of(reader.read(response.bytes(ANSWER_LIMIT)));
    }

    /// Whether the registry takes the credential kept for it, asked at the door every OCI registry has.
    public boolean acceptsMe() throws IOException {
        try (Response response = retry.send(http, Request.get(origin.at("/v2/")).asMe())) {
            return response.isSuccess();
        }
    }

    private URI v2(PackageName repository, String rest) {
        return origin.at("/v2/" + repository + rest);
    }

    private Optional<URI> next(Response response) {
        Matcher link = NEXT.matcher(response.header("Link").orElse(""));
        if (!link.matches()) {
            return Optional.empty();
        }
        URI next = response.uri().resolve(link.group(1));
        if (!Origin.of(next).equals(origin)) {
            throw Failure.refused("foreign-page", origin + " continues its list at another registry, " + next);
        }
        return Optional.of(next);
    }

    private static void require(Response response, String what) {
        if (!response.isSuccess()) {
            throw ErrorResponse.failure(response, what);
        }
    }

    private static void requireAccounts(Response response, String what) {
        if (!response.isSuccess()) {
            throw ErrorResponse.ofAccounts(response, what);
        }
    }
}
