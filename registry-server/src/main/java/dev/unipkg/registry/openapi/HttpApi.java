package dev.unipkg.registry.openapi;

import dev.unipkg.api.FileInfo;
import dev.unipkg.api.PackageSummary;
import dev.unipkg.api.Problem;
import dev.unipkg.api.UnikraftSummary;
import dev.unipkg.api.VersionSummary;
import dev.unipkg.registry.problems.OciErrors;
import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.openapi.annotations.Components;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeIn;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.info.License;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// The general part of the OpenAPI document. Each resource describes itself, and [ApiDocument] adds the parts
/// that all share.
@OpenAPIDefinition(
        info =
                @Info(
                        title = "unipkg registry",
                        version = "v1",
                        description = "Packages for unikernels. Reading is anonymous; changing takes an API key. Errors"
                                + " are problem documents (RFC 9457), under /v2 the errors of the OCI"
                                + " distribution-spec.",
                        license = @License(name = "Apache-2.0")),
        components =
                @Components(
                        schemas = {
                            @Schema(name = "PackageSummary", implementation = PackageSummary.class),
                            @Schema(name = "VersionSummary", implementation = VersionSummary.class),
                            @Schema(name = "FileInfo", implementation = FileInfo.class),
                            @Schema(name = "UnikraftSummary", implementation = UnikraftSummary.class),
                            @Schema(name = "Problem", implementation = Problem.class),
                            @Schema(name = "OciErrors", implementation = OciErrors.class)
                        }),
        tags = {
            @Tag(name = "Packages", description = "Packages, their versions and what is in them"),
            @Tag(name = "Unikraft", description = "Unikraft images, as kraftkit publishes them"),
            @Tag(name = "Kernels", description = "Kernel families, their releases and channels"),
            @Tag(name = "Accounts", description = "Who may publish where"),
            @Tag(name = "Server", description = "The registry itself"),
            @Tag(name = "OCI", description = "The OCI distribution-spec, for any OCI client"),
            @Tag(name = "ops", description = "The hub and the kernel downloads of ops, for its clients")
        })
@SecurityScheme(
        securitySchemeName = HttpApi.KEY,
        type = SecuritySchemeType.HTTP,
        scheme = "bearer",
        bearerFormat = "upk_…",
        description = "An API key, or under /v2 a token made from one")
@SecurityScheme(
        securitySchemeName = HttpApi.PASSWORD,
        type = SecuritySchemeType.HTTP,
        scheme = "basic",
        description = "An API key as the password of any user")
@SecurityScheme(
        securitySchemeName = HttpApi.OPS_KEY,
        type = SecuritySchemeType.APIKEY,
        in = SecuritySchemeIn.HEADER,
        apiKeyName = "x-api-key",
        description = "An API key as clients of ops send it")
public class HttpApi extends Application {

    static final String KEY = "key";
    static final String PASSWORD = "password";
    static final String OPS_KEY = "opsKey";
}
