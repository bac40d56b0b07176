package dev.unipkg.kernels.nanos.tfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class RawTextTest {

    @Property
    void anyBytesComeBack(@ForAll @Size(max = 40) byte[] bytes) {
        assertThat(RawText.encode(RawText.decode(bytes, 0, bytes.length))).isEqualTo(bytes);
    }

    @Property
    void unicodeIsUtf8(@ForAll String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

        assertThat(RawText.decode(bytes, 0, bytes.length)).isEqualTo(new String(bytes, StandardCharsets.UTF_8));
    }
}
