package dev.unipkg.cli.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.settings.UserConfig;
import dev.unipkg.kernels.Family;
import dev.unipkg.kernels.Firmware;
import dev.unipkg.kernels.KernelChoice;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChoicesTest {
    private static final Choices COMMAND_LINE = choices(Family.LINUX, "cli", 1, Firmware.HYBRID);
    private static final Choices CONFIG = choices(Family.NANOS, "config", 2, Firmware.BIOS);
    private static final Choices PACKAGE = choices(Family.NANOS, "package", 3, Firmware.BIOS);

    @Test
    void everyFieldIsTheHighestChoice() {
        Choices merged = COMMAND_LINE.over(CONFIG).over(PACKAGE);

        assertThat(merged.kernel()).contains(new KernelChoice(Family.LINUX, Optional.empty()));
        assertThat(merged.memoryBytes()).contains(1L);
        assertThat(merged.cpus()).contains(1);
        assertThat(merged.arguments()).contains(List.of("cli"));
        assertThat(merged.writableBytes()).contains(1L);
        assertThat(merged.firmware()).contains(Firmware.HYBRID);
        assertThat(merged.environment()).isEqualTo(Map.of("SHARED", "cli", "cli", "1", "config", "1", "package", "1"));
        assertThat(merged.kernelOptions())
                .isEqualTo(Map.of("shared", "cli", "cli", "1", "config", "1", "package", "1"));
        assertThat(merged.klibs()).containsExactly("cli", "config", "package");
    }

    @Test
    void whatIsLeftOpenAboveIsChosenBelow() {
        assertThat(Choices.NONE.over(CONFIG).over(PACKAGE)).isEqualTo(CONFIG.over(PACKAGE));
        assertThat(Choices.NONE.over(Choices.NONE).over(PACKAGE)).isEqualTo(PACKAGE);
        assertThat(COMMAND_LINE.over(Choices.NONE)).isEqualTo(COMMAND_LINE);
    }

    @Test
    void itDoesNotMatterWhichTwoAreMergedFirst() {
        assertThat(COMMAND_LINE.over(CONFIG).over(PACKAGE)).isEqualTo(COMMAND_LINE.over(CONFIG.over(PACKAGE)));
    }

    @Test
    void noArgumentsAtAllIsAChoiceToo() {
        Choices none = new Choices(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(List.of()),
                new TreeMap<>(),
                Optional.empty(),
                List.of(),
                new TreeMap<>(),
                Optional.empty());

        assertThat(none.over(PACKAGE).arguments()).contains(List.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "00", "256", "1000", "-1", "two"})
    void theConfigFileChoosesNoMoreProcessorsThanAMachineTakes(String cpus) {
        assertThatThrownBy(() -> Choices.of(config(cpus)))
                .isInstanceOf(Failure.class)
                .hasMessage("the config file sets cpus to \"" + cpus + "\"; expected a number from 1 to 255");
        assertThat(Choices.of(config("255")).cpus()).contains(255);
    }

    private static UserConfig config(String cpus) {
        return new UserConfig(new TreeMap<>(Map.of("cpus", cpus)));
    }

    private static Choices choices(Family family, String who, int number, Firmware firmware) {
        return new Choices(
                Optional.of(new KernelChoice(family, Optional.empty())),
                Optional.of((long) number),
                Optional.of(number),
                Optional.of(List.of(who)),
                new TreeMap<>(Map.of("SHARED", who, who, "1")),
                Optional.of((long) number),
                List.of(who),
                new TreeMap<>(Map.of("shared", who, who, "1")),
                Optional.of(firmware));
    }
}
