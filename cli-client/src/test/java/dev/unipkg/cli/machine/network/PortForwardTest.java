package dev.unipkg.cli.machine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.cli.machine.network.PortForward.Protocol;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortForwardTest {

    @Test
    void readsEveryFormThatIsDocumented() {
        assertThat(PortForward.parse("8080:80")).isEqualTo(new PortForward("127.0.0.1", 8080, 80, Protocol.TCP));
        assertThat(PortForward.parse("80")).isEqualTo(new PortForward("127.0.0.1", 80, 80, Protocol.TCP));
        assertThat(PortForward.parse("0:80")).isEqualTo(new PortForward("127.0.0.1", 0, 80, Protocol.TCP));
        assertThat(PortForward.parse("5353:53/udp")).isEqualTo(new PortForward("127.0.0.1", 5353, 53, Protocol.UDP));
        assertThat(PortForward.parse("0.0.0.0:8443:443/tcp"))
                .isEqualTo(new PortForward("0.0.0.0", 8443, 443, Protocol.TCP));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "http",
                "8080:",
                ":80",
                "8080:0",
                "65536:80",
                "80:70000",
                "-1:80",
                "8080:80/sctp",
                "256.0.0.1:80:80",
                "localhost:80:80",
                "[::1]:80:80",
                "127.0.0.1:80:80:80",
                "8080:80,hostfwd=tcp::22-:22"
            })
    void refusesWhatIsNoForward(String text) {
        assertThatThrownBy(() -> PortForward.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void readsWhatItWrites(
            @ForAll @IntRange(max = 65535) int host,
            @ForAll @IntRange(min = 1, max = 65535) int guest,
            @ForAll Protocol protocol) {
        PortForward forward = new PortForward("192.168.7.1", host, guest, protocol);
        assertThat(PortForward.parse(forward.toString())).isEqualTo(forward);
    }
}
