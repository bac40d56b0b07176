package dev.unipkg.registry.ops;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.DocumentRefusal;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the parts of a form (RFC 7578) in their order, without holding one of them in memory.
final class FormReader {

    private static final int BUFFER_BYTES = 64 << 10;
    /// The most bytes of the headers of one part.
    static final int MAX_HEADER_BYTES = 8 << 10;

    private static final Pattern FORM = Pattern.compile("multipart/form-data\\s*(?=;)", Pattern.CASE_INSENSITIVE);

    private static final Pattern DISPOSITION = Pattern.compile(
            "^content-disposition:\\s*form-data\\s*(?=;)", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

    /// A parameter of a header (RFC 9110, "Parameters").
    private static final Pattern PARAMETER =
            Pattern.compile("\\G\\s*;\\s*([^\\s;=\"]++)=(?:\"([^\"\r\n]*+)\"|([^\\s;\"]++))");

    private static final int MAX_BOUNDARY_LENGTH = 70;

    private final InputStream in;

    /// The delimiter between parts. Only its first byte is a carriage return.
    private final byte[] delimiter;

    /// How many bytes of a delimiter have been read.
    private int matched;

    private FormReader(InputStream in, String boundary) {
        this.in = new BufferedInputStream(in, BUFFER_BYTES);
        this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
        // The first delimiter has no line before it.
        this.matched = 2;
    }

    /// A reader of a body.
    ///
    /// @param contentType of the request
    /// @throws dev.unipkg.format.RefusedException when the type is not that of a form
    static FormReader of(InputStream body, @Nullable String contentType) throws IOException {
        String type = contentType == null ? "" : contentType;
        Matcher form = FORM.matcher(type);
        Optional<String> boundary = form.lookingAt() ? parameter("boundary", type, form.end()) : Optional.empty();
        if (boundary.isEmpty() || boundary.get().isEmpty() || boundary.get().length() > MAX_BOUNDARY_LENGTH) {
            throw new DocumentRefusal.UnknownMediaType(
                            "Content-Type", String.valueOf(contentType), "multipart/form-data with a boundary")
                    .asException();
        }
        FormReader reader = new FormReader(body, boundary.get());
        reader.copyContent(OutputStream.nullOutputStream());
        return reader;
    }

    /// The first parameter of that name, in any case.
    ///
    /// @param start where the parameters begin
    private static Optional<String> parameter(String name, String header, int start) {
        Matcher parameter = PARAMETER.matcher(header).region(start, header.length());
        while (parameter.find()) {
            if (parameter.group(1).equalsIgnoreCase(name)) {
                return Optional.of(parameter.group(2) == null ? parameter.group(3) : parameter.group(2));
            }
        }
        return Optional.empty();
    }

    /// The name of the next part, whose content is to be read then; empty behind the last.
    Optional<String> next() throws IOException {
        int first = require();
        for (int blanks = 0; (first == ' ' || first == '\t') && blanks < MAX_HEADER_BYTES; blanks++) {
            first = require();
        }
        int second = require();
        if (first == '-' && second == '-') {
            return Optional.empty();
        }
        if (first != '\r' || second != '\n') {
            throw new ArchiveRefusal.Corrupt("the form", "no line ends behind a boundary").asException();
        }
        String headers = headers();
        Matcher disposition = DISPOSITION.matcher(headers);
        Optional<String> name = disposition.find() ? parameter("name", headers, disposition.end()) : Optional.empty();
        if (name.isEmpty()) {
            throw new ArchiveRefusal.Corrupt("the form", "a part has no name").asException();
        }
        return name;
    }

    /// Copies the content of the part to `out`, which throws where it is too long.
    void copyContent(OutputStream out) throws IOException {
        byte[] piece = new byte[BUFFER_BYTES];
        int filled = 0;
        while (matched < delimiter.length) {
            int b = require();
            if (b == delimiter[matched]) {
                matched++;
                continue;
            }
            if (filled + matched + 1 > piece.length) {
                out.write(piece, 0, filled);
                filled = 0;
            }
            System.arraycopy(delimiter, 0, piece, filled, matched);
            filled += matched;
            matched = b == '\r' ? 1 : 0;
            if (matched == 0) {
                piece[filled++] = (byte) b;
            }
        }
        out.write(piece, 0, filled);
        matched = 0;
    }

    private String headers() throws IOException {
        ByteArrayOutputStream headers = new ByteArrayOutputStream();
        int lineLength = 0;
        while (headers.size() < MAX_HEADER_BYTES) {
            int b = require();
            headers.write(b);
            if (b == '\n' && lineLength == 0) {
                return headers.toString(StandardCharsets.UTF_8);
            }
            lineLength = b == '\n' ? 0 : b == '\r' ? lineLength : lineLength + 1;
        }
        throw new ArchiveRefusal.Corrupt("the form", "a part has more than " + MAX_HEADER_BYTES + " bytes of headers")
                .asException();
    }

    private int require() throws IOException {
        int b = in.read();
        if (b < 0) {
            throw new ArchiveRefusal.Truncated("the form").asException();
        }
        return b;
    }
}
