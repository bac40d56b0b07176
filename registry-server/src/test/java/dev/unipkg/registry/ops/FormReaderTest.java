package dev.unipkg.registry.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Forms are read as they were written, whatever their parts hold.
class FormReaderTest {

    private static final String BOUNDARY = "ab--ab";

    @Property
    void partsAreWhatWasWritten(@ForAll("contents") List<String> contents) throws IOException {
        StringBuilder form = new StringBuilder("a preamble");
        for (int i = 0; i < contents.size(); i++) {
            form.append("\r\n--" + BOUNDARY + "\r\nContent-Type: text/plain\r\nContent-Disposition: form-data;")
                    .append(" filename=\"x\"; name=\"" + i + "\"\r\n\r\n")
                    .append(contents.get(i));
        }
        form.append("\r\n--" + BOUNDARY + "--\r\nan epilogue");

        FormReader reader = FormReader.of(
                new ByteArrayInputStream(form.toString().getBytes(StandardCharsets.ISO_8859_1)),
                "multipart/form-data; boundary=\"" + BOUNDARY + "\"");
        for (int i = 0; i < contents.size(); i++) {
            assertThat(reader.next()).isEqualTo(Optional.of(Integer.toString(i)));
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            reader.copyContent(content);
            assertThat(content.toString(StandardCharsets.ISO_8859_1)).isEqualTo(contents.get(i));
        }
        assertThat(reader.next()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Multipart/Form-Data; boundary=B | form-data; name=\"x\"",
                "multipart/form-data ;charset=utf-8 ; Boundary=\"B\" | Form-Data; Name=x",
                "multipart/form-data; xboundary=Z; boundary=B | form-data; filename=\"name=y\"; name=x; name=z",
                "multipart/form-data; x=\"; boundary=Z\"; boundary=B | form-data; xname=y ;\tname=\"x\"",
            })
    void parametersAreReadAsHeadersHaveThem(String contentType, String disposition) throws IOException {
        String form = "--B \t\r\ncontent-disposition: " + disposition + "\r\n\r\ncontent\r\n--B--";
        FormReader reader =
                FormReader.of(new ByteArrayInputStream(form.getBytes(StandardCharsets.ISO_8859_1)), contentType);
        assertThat(reader.next()).contains("x");
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        reader.copyContent(content);
        assertThat(content.toString(StandardCharsets.ISO_8859_1)).isEqualTo("content");
        assertThat(reader.next()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"multipart/form-data", "multipart/form-data; xboundary=B", "text/plain; boundary=B"})
    void typeWithoutABoundaryIsRefused(String contentType) {
        assertThatThrownBy(() -> FormReader.of(InputStream.nullInputStream(), contentType))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("multipart/form-data with a boundary");
    }

    /// Texts made of parts of delimiters, which hold no delimiter of this form.
    @Provide
    Arbitrary<List<String>> contents() {
        return Arbitraries.of("\r", "\n", "\r\n", "--", "\r\n--ab", "ab", "a", "x")
                .list()
                .ofMaxSize(12)
                .map(words -> String.join("", words))
                .filter(text -> !text.contains("\r\n--" + BOUNDARY))
                .list()
                .ofMaxSize(5);
    }
}
