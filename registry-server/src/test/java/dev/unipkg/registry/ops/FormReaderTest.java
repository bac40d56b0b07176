package dev.unipkg.registry.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

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
