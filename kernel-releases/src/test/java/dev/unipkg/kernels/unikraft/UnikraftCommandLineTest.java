package dev.unipkg.kernels.unikraft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.oci.UnikraftConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The lines that kraftkit (f02a5331, machine/qemu/v1alpha1.go) appends for the same image.
class UnikraftCommandLineTest {

    private static final List<String> NGINX = List.of("/usr/bin/nginx", "-c", "/etc/nginx/nginx.conf");

    @Test
    void programsArgumentsStandAloneWithoutParameters() throws RefusedException {
        assertThat(line(NGINX, Set.of(), true, Map.of(), Map.of(), Optional.empty()))
                .isEqualTo("/usr/bin/nginx -c /etc/nginx/nginx.conf");
        assertThat(line(List.of(), Set.of(), false, Map.of(), Map.of(), Optional.empty()))
                .isEmpty();
    }

    @Test
    void parametersStandBeforeTheDashes() throws RefusedException {
        assertThat(line(
                        NGINX,
                        Set.of("CONFIG_LIBVFSCORE_AUTOMOUNT_UP=y"),
                        true,
                        Map.of("netdev.ip", "10.0.2.15/24:10.0.2.2"),
                        Map.of("PATH", "/bin", "GREETING", "say \"hello\""),
                        Optional.empty()))
                .isEqualTo("netdev.ip=10.0.2.15/24:10.0.2.2 vfs.fstab=[ \"initrd0:/:extract:::\" ]"
                        + " env.vars=[ \"GREETING=say \\\"hello\\\"\" \"PATH=/bin\" ]"
                        + " -- /usr/bin/nginx -c /etc/nginx/nginx.conf");
    }

    @Test
    void tableOfMountsIsForAKernelThatReadsItAndAnInitrdThatIsThere() throws RefusedException {
        assertThat(line(NGINX, Set.of("CONFIG_LIBVFSCORE_FSTAB=y"), true, Map.of(), Map.of(), Optional.empty()))
                .startsWith("vfs.fstab=[ \"initrd0:/:extract:::\" ] -- ");
        assertThat(line(NGINX, Set.of("CONFIG_LIBVFSCORE_FSTAB=y"), false, Map.of(), Map.of(), Optional.empty()))
                .doesNotContain("vfs.fstab");
    }

    @Test
    void argumentsOfThePersonReplaceThoseOfTheImageAndStayWhole() throws RefusedException {
        List<String> own = List.of("/bin/sh", "-c", "echo 'it is' \"two\" words", "", "back\\slash");
        assertThat(line(NGINX, Set.of(), true, Map.of(), Map.of(), Optional.of(own)))
                .isEqualTo("/bin/sh -c \"echo 'it is' \\\"two\\\" words\" \"\" \"back\\\\slash\"");
    }

    @Test
    void wordsOfTheImageAreLeftAsItsPublisherWroteThem() throws RefusedException {
        assertThat(line(List.of("-e 'a b'", "it's"), Set.of(), true, Map.of(), Map.of(), Optional.empty()))
                .isEqualTo("\"-e 'a b'\" \"it's\"");
        assertThat(line(List.of("one two", "\"three\""), Set.of(), true, Map.of(), Map.of(), Optional.empty()))
                .isEqualTo("one two \"three\"");
    }

    @Test
    void optionThatIsNoParameterIsRefused() {
        for (String name : List.of("netdev", "netdev.ip x", "--", ".ip", "a b.c")) {
            assertThatThrownBy(() -> line(NGINX, Set.of(), true, Map.of(name, "1"), Map.of(), Optional.empty()))
                    .as(name)
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("a Unikraft kernel has parameters such as netdev.ip");
        }
    }

    @Test
    void lineThatIsTooLongIsRefused() {
        assertThatThrownBy(
                        () -> line(List.of("x".repeat(200_000)), Set.of(), true, Map.of(), Map.of(), Optional.empty()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("has 200000 bytes together with the environment; expected at most 131072");
    }

    private static String line(
            List<String> command,
            Set<String> features,
            boolean initrd,
            Map<String, String> options,
            Map<String, String> environment,
            Optional<List<String>> arguments)
            throws RefusedException {
        UnikraftConfig config = new UnikraftConfig("qemu", "x86_64", command, new TreeMap<>(), features);
        return UnikraftCommandLine.of(config, initrd, new TreeMap<>(options), new TreeMap<>(environment), arguments);
    }
}
