package dev.unipkg.cli.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.unipkg.cli.output.Failure;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/// A program that keeps logins: `docker-credential-NAME get` reads a server's name from its standard input and
/// writes `{"ServerURL", "Username", "Secret"}` (docker-credential-helpers).
///
/// @param name its name behind `docker-credential-`
/// @param namedBy the file that names it
record CredentialProgram(String name, Path namedBy) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final JsonLimits LIMITS = new JsonLimits(64 << 10, 4, 100);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// The user name that stands for an identity token.
    private static final String TOKEN_USER = "<token>";

    /// The login for a server; empty where the program has none, or only an identity token.
    ///
    /// @throws Failure when the program does not start, does not end in time or answers with something else
    Optional<Credential> ask(String server) throws IOException {
        if (!NAME.matcher(name).matches()) {
            throw Failure.failed("%s names \"%s\" as its credential helper, which is no name of a program"
                            .formatted(namedBy, name))
                    .next("correct the file");
        }
        Process process = start();
        try {
            tell(process, server);
            byte[] answer = answer(process);
            // A helper that has no login for the server says so and ends with 1.
            return process.exitValue() == 0 ? login(answer) : Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(program() + " was interrupted", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /// Everything that the program says until it has ended. It is read by a thread of its own, which can be left: what
    /// the program has started may hold the pipe open for ever.
    private byte[] answer(Process process) throws IOException, InterruptedException {
        FutureTask<byte[]> reading =
                new FutureTask<>(() -> process.getInputStream().readNBytes((int) LIMITS.bytes() + 1));
        Thread.ofVirtual().start(reading);
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            byte[] answer = reading.get(PATIENCE.toNanos(), NANOSECONDS);
            if (answer.length > LIMITS.bytes()) {
                throw useless("answered with more than " + LIMITS.bytes() + " bytes");
            }
            if (process.waitFor(end - System.nanoTime(), NANOSECONDS)) {
                return answer;
            }
        } catch (TimeoutException _) {
            // Told below.
        } catch (ExecutionException e) {
            throw new IOException("cannot read the answer of " + program(), e.getCause());
        }
        throw useless("did not answer within " + PATIENCE.toSeconds() + " seconds");
    }

    private Failure useless(String how) {
        return Failure.failed(program() + " " + how).next("try it: echo <registry> | " + program() + " get");
    }

    private static void tell(Process process, String server) {
        try (OutputStream input = process.getOutputStream()) {
            input.write((server + "\n").getBytes(UTF_8));
        } catch (IOException _) {
            // It has ended without reading, and its answer and exit code say why.
        }
    }

    private Process start() {
        try {
            return new ProcessBuilder(program(), "get")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw Failure.failed("cannot start %s, which %s names for its logins".formatted(program(), namedBy))
                    .next("install it, or log in for pkg alone: pkg login --registry <address>")
                    .causedBy(e);
        }
    }

    private Optional<Credential> login(byte[] answer) {
        try {
            Fields login = Json.parseObject(answer, LIMITS);
            String user = login.text("Username");
            return user.equals(TOKEN_USER)
                    ? Optional.empty()
                    : Optional.of(new Credential.Login(user, login.text("Secret")));
        } catch (RefusedException e) {
            // Without the cause, which may quote the secret.
            throw useless("answered with something else than a login");
        }
    }

    private String program() {
        return "docker-credential-" + name;
    }
}
