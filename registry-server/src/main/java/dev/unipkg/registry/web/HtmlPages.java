package dev.unipkg.registry.web;

import dev.unipkg.registry.wiring.BaseUrl;
import io.quarkus.qute.TemplateInstance;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Sends pages. A browser that gets one runs no script, loads nothing from anywhere, and tells no other site
/// where it comes from.
@ApplicationScoped
class HtmlPages {

    private static final String STYLE = style();

    private static final String POLICY = "default-src 'none'; style-src 'sha256-" + sha256(STYLE)
            + "'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private final BaseUrl baseUrl;
    private final String version;

    HtmlPages(BaseUrl baseUrl, @ConfigProperty(name = "quarkus.application.version") String version) {
        this.baseUrl = baseUrl;
        this.version = version;
    }

    /// Makes the frame of a page.
    ///
    /// @param query that was searched for
    Frame frame(String query, UriInfo uri) {
        return new Frame(STYLE, query, baseUrl.of(uri), version);
    }

    Response answer(Response.Status status, TemplateInstance page) {
        return Response.status(status)
                .entity(page.render().getBytes(StandardCharsets.UTF_8))
                .type(MediaType.TEXT_HTML_TYPE.withCharset("UTF-8"))
                .header("Content-Security-Policy", POLICY)
                .header("Referrer-Policy", "no-referrer")
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .build();
    }

    private static String style() {
        try (InputStream in = HtmlPages.class.getResourceAsStream("/web/style.css")) {
            if (in == null) {
                throw new FileNotFoundException("/web/style.css is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
