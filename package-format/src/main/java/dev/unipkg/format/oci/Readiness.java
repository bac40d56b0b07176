package dev.unipkg.format.oci;

import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import java.util.Optional;
import java.util.OptionalInt;

/// The readiness probe of a package: how to see that its program is ready. Configs write it as `{"port", "path"}`,
/// `{"port"}`, `{"console"}` or `{"none": true}`; the first two are the form of every package published before the
/// others were known.
public sealed interface Readiness {

    /// The most characters of a text to look for on the console.
    int MAX_CONSOLE_TEXT = 256;

    /// The guest answers an HTTP GET of `path` with a status below 400.
    ///
    /// @param port of the guest
    /// @param path the path of a URL, starting with `/`
    record HttpGet(int port, String path) implements Readiness {
        public HttpGet {
            requirePort(port);
            require(path.startsWith("/") && path.chars().allMatch(c -> c > ' ' && c < 0x7f), path);
        }

        @Override
        public OptionalInt guestPort() {
            return OptionalInt.of(port);
        }

        @Override
        public Json.Obj toJson() {
            return Json.object().put("port", port).put("path", path).build();
        }
    }

    /// The guest itself accepts a TCP connection. Nothing is sent.
    ///
    /// @param port of the guest
    record TcpConnect(int port) implements Readiness {
        public TcpConnect {
            requirePort(port);
        }

        @Override
        public OptionalInt guestPort() {
            return OptionalInt.of(port);
        }

        @Override
        public Json.Obj toJson() {
            return Json.object().put("port", port).build();
        }
    }

    /// The console has shown a text.
    ///
    /// @param text a part of one line
    record ConsoleText(String text) implements Readiness {
        public ConsoleText {
            require(
                    !text.isEmpty()
                            && text.length() <= MAX_CONSOLE_TEXT
                            && text.chars().noneMatch(Character::isISOControl),
                    text);
        }

        @Override
        public Json.Obj toJson() {
            return Json.object().put("console", text).build();
        }
    }

    /// There is nothing to ask: a started machine is a ready one.
    record NoProbe() implements Readiness {
        @Override
        public Json.Obj toJson() {
            return Json.object().put("none", true).build();
        }
    }

    /// The guest's port that is asked; empty where none is.
    default OptionalInt guestPort() {
        return OptionalInt.empty();
    }

    /// Reads the value of the field `readiness` of a config.
    static Readiness of(Fields fields) throws RefusedException {
        Optional<ConsoleText> console = fields.optionalValue("console", "a part of a line", ConsoleText::new);
        if (console.isPresent()) {
            return console.get();
        }
        if (fields.optional("none").isPresent()) {
            if (!fields.flag("none")) {
                throw new DocumentRefusal.InvalidValue("unikernel.readiness.none", "false", "true").asException();
            }
            return new NoProbe();
        }
        int port = (int) fields.number("port", 1, 65_535);
        Optional<HttpGet> http = fields.optionalValue("path", "the path of a URL", path -> new HttpGet(port, path));
        return http.isPresent() ? http.get() : new TcpConnect(port);
    }

    /// The value of the field `readiness` of a config.
    Json.Obj toJson();

    private static void requirePort(int port) {
        require(port >= 1 && port <= 65_535, Integer.toString(port));
    }

    private static void require(boolean holds, String value) {
        if (!holds) {
            throw new IllegalArgumentException("not a value of a readiness probe: " + value);
        }
    }
}
