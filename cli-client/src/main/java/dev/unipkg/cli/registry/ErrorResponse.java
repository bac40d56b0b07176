package dev.unipkg.cli.registry;

import dev.unipkg.api.Problem;
import dev.unipkg.cli.output.ExitCode;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.output.Output;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/// Turns answers that are no success into failures: the registry's own words (problem details, RFC 9457, or OCI
/// error codes), with the exit code their status stands for.
final class ErrorResponse {
    private static final int BODY_LIMIT = 64 << 10;

    private ErrorResponse() {}

    /// The registry's error.
    ///
    /// @param code a stable kebab-case token
    /// @param isOurs whether it is a problem document of our API
    private record Said(String code, String words, boolean isOurs) {
        private Said {
            words = Output.line(words);
        }
    }

    /// @param what what was tried, as in `push of acme/redis:7.2`
    static Failure failure(Response response, String what) {
        return failure(response, what, said(response));
    }

    /// The same of a request to the accounts of our API. A registry without them has other words for its 404.
    static Failure ofAccounts(Response response, String what) {
        Said said = said(response);
        return response.status() == 404 && !said.isOurs()
                ? Failure.notFound(Origin.of(response.uri()) + " has no accounts; it may be a registry of another kind")
                : failure(response, what, said);
    }

    private static Failure failure(Response response, String what, Said said) {
        int status = response.status();
        Origin origin = Origin.of(response.uri());
        String words = said.words().isEmpty() ? silent(status, origin) : said.words();
        return switch (status) {
            case 401 ->
                new Failure(ExitCode.REFUSED, or(said.code(), "unauthorized"), what + ": " + words)
                        .next("log in with: pkg login --registry " + origin);
            case 403 -> new Failure(ExitCode.REFUSED, or(said.code(), "denied"), what + ": " + words);
            case 404 -> new Failure(ExitCode.NOT_FOUND, or(said.code(), "not-found"), what + ": " + words);
            case 400, 405, 409, 413, 416, 422 ->
                new Failure(ExitCode.REFUSED, or(said.code(), "refused"), what + ": " + words);
            default ->
                new Failure(
                        Retry.isPassing(status) ? ExitCode.NETWORK : ExitCode.FAILED,
                        or(said.code(), "registry-failed"),
                        what + ": " + origin + " answered with HTTP status " + status
                                + (said.words().isEmpty() ? "" : " (" + said.words() + ")"));
        };
    }

    /// The message for an answer without a document, such as a 401 to a streamed upload, whose body Java drops.
    private static String silent(int status, Origin origin) {
        return status == 401 ? origin + " wants a login that may do this" : "HTTP status " + status;
    }

    /// An answer that no registry gives.
    static Failure unexpected(Response response, String expectation) {
        return Failure.network("%s answered with HTTP status %d, which is not understood: %s"
                .formatted(response.uri(), response.status(), expectation));
    }

    private static Said said(Response response) {
        try {
            byte[] body = response.body().readNBytes(BODY_LIMIT);
            Fields fields = Json.parseObject(body, JsonLimits.DEFAULT);
            List<Said> errors = fields.list("errors", ErrorResponse::ociError);
            if (!errors.isEmpty()) {
                return errors.getFirst();
            }
            String type = fields.optionalText("type").orElse("");
            String title = fields.optionalText("title").orElse("");
            return new Said(
                    token(type.substring(type.lastIndexOf('/') + 1)),
                    fields.optionalText("detail").orElse(title),
                    type.startsWith(Problem.TYPES));
        } catch (RefusedException e) {
            // A page of some proxy: its status says all there is to know.
            return new Said("", "", false);
        } catch (IOException e) {
            return new Said("", "", false);
        }
    }

    // Our registry names the refusal in the detail; other registries have only the code.
    private static Said ociError(Fields error) throws RefusedException {
        String code = error.optionalText("code").orElse("");
        String message = error.optionalText("message").orElse(code);
        String refusal = "";
        if (error.optional("detail").orElse(Json.NULL) instanceof Json.Obj detail
                && detail.members().get("refusal") instanceof Json.Text text) {
            refusal = text.value();
        }
        return new Said(token(refusal.isEmpty() ? code : refusal), message, false);
    }

    private static String token(String code) {
        String word = code.toLowerCase(Locale.ROOT).replace('_', '-');
        return word.matches("[a-z0-9-]{1,64}") ? word : "";
    }

    private static String or(String word, String otherwise) {
        return word.isEmpty() ? otherwise : word;
    }
}
