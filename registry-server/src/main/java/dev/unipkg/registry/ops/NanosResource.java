package dev.unipkg.registry.ops;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Tag;
import dev.unipkg.kernels.Family;
import dev.unipkg.registry.catalog.Catalog;
import dev.unipkg.registry.catalog.NamedTag;
import dev.unipkg.registry.catalog.PublishedBuild;
import dev.unipkg.registry.catalog.PublishedVersion;
import dev.unipkg.registry.catalog.Repository;
import dev.unipkg.registry.counts.CountedBuild;
import dev.unipkg.registry.oci.OciHeaders;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.problems.Rejection.Thing;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/// The Nanos releases of this registry at the paths of the bucket that ops fetches them from, for sites that resolve
/// the
/// bucket's host to this server. Nightlies are the release that the channel `nightly` points at.
@Path("/nanos/release")
@RunOnVirtualThread
@org.eclipse.microprofile.openapi.annotations.tags.Tag(name = "ops")
public class NanosResource {

    private static final String NIGHTLY = "nightly";

    private static final Pattern FILE = Pattern.compile(
            "nanos-(?:release-linux-(?<version>.+?)|nightly-linux)(?<virt>-virt)?\\.(?<kind>tar\\.gz|md5|timestamp)");

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("MMddyyyy").withZone(ZoneOffset.UTC);

    private final Catalog catalog;
    private final Tarballs tarballs;
    private final TarballBodies bodies;

    NanosResource(Catalog catalog, Tarballs tarballs, TarballBodies bodies) {
        this.catalog = catalog;
        this.tarballs = tarballs;
        this.bodies = bodies;
    }

    @GET
    @Path("latest.txt")
    @Operation(operationId = "getNanosLatest", summary = "The release of the channel stable, else the highest")
    @APIResponse(
            responseCode = "200",
            description = "The version and a line feed",
            content = @Content(mediaType = MediaType.TEXT_PLAIN, schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(responseCode = "404", description = "There is no release")
    public Response latest() {
        Repository nanos = nanos();
        PublishedVersion version = NamedTag.in(nanos, Tag.STABLE)
                .flatMap(stable -> PublishedVersion.in(nanos, stable.digest))
                .or(() -> catalog.latest(nanos))
                .orElseThrow(() -> absent("latest"));
        return text(version.version + "\n");
    }

    @GET
    @Path("{version}/{file}")
    @Operation(operationId = "getNanosFile", summary = "The tarball of a release, its MD5, or the day of a nightly")
    @APIResponse(
            responseCode = "200",
            description = "The tarball or the text",
            content = {
                @Content(mediaType = Tarballs.GZIP, schema = @Schema(type = SchemaType.STRING, format = "binary")),
                @Content(mediaType = MediaType.TEXT_PLAIN, schema = @Schema(type = SchemaType.STRING))
            })
    @APIResponse(responseCode = "404", description = "There is no such release, or no such file of it")
    public Response file(@PathParam("version") String version, @PathParam("file") String file) throws IOException {
        Matcher name = FILE.matcher(file);
        if (!name.matches()
                || !Optional.ofNullable(name.group("version")).orElse(NIGHTLY).equals(version)) {
            throw absent(version + "/" + file);
        }
        PublishedVersion release = catalog.require(nanos(), version);
        Arch arch = name.group("virt") == null ? Arch.X86_64 : Arch.ARM64;
        PublishedBuild build = PublishedBuild.of(release).stream()
                .filter(each -> each.arch == arch)
                .findFirst()
                .orElseThrow(() -> absent(version + " for " + arch));
        return switch (name.group("kind")) {
            case "timestamp" -> text(DAY.format(release.publishedAt));
            case "md5" -> text(tarballs.md5(tarballs.ofKernel(build)) + "\n");
            default -> send(tarballs.ofKernel(build), release, build);
        };
    }

    private Response send(Tarball tarball, PublishedVersion release, PublishedBuild build) throws IOException {
        CountedBuild counted = new CountedBuild(nanos().id, release.version, build.arch, build.digest);
        return Response.ok(bodies.of(tarball, counted), Tarballs.GZIP)
                .header(HttpHeaders.CONTENT_LENGTH, tarball.size())
                .header(HttpHeaders.CACHE_CONTROL, OciHeaders.PRIVATE)
                .build();
    }

    private static Response text(String text) {
        return Response.ok(text, MediaType.TEXT_PLAIN_TYPE.withCharset("UTF-8"))
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .build();
    }

    private Repository nanos() {
        return catalog.require(Family.NANOS.repository(), Repository.Kind.KERNEL);
    }

    private static RuntimeException absent(String release) {
        return new Rejection.NotFound(Thing.KERNEL_RELEASE, "nanos:" + release).asException();
    }
}
