package dev.unipkg.cli.command.cache;

import dev.unipkg.cli.cache.ShelfCleanup;
import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.command.Verb;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.output.Sizes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `pkg cache prune`.
@Command(
        name = "prune",
        description = {
            "Remove from the shelf what no name stands for any more, and what the options say.",
            "Packages that were built here and images that running instances use stay. Prints what was removed."
        },
        footer = {"", "Examples:", "  pkg cache prune", "  pkg cache prune --older-than 30d --keep-size 2G"})
final class CachePrune implements Verb {
    private static final Pattern AGE = Pattern.compile("([0-9]{1,5})([hdw])");

    @Option(
            names = "--older-than",
            paramLabel = "<age>",
            description = "Also what was not used for so long, as in 12h, 30d or 4w.")
    Optional<String> age = Optional.empty();

    @Option(
            names = "--keep-size",
            paramLabel = "<size>",
            description = "Also what was used least recently, until no more than this is left, as in 2G.")
    Optional<String> size = Optional.empty();

    @Override
    public int run(Session session) throws IOException {
        Optional<Duration> unused = age.map(CachePrune::duration);
        OptionalLong most = size.isPresent() ? OptionalLong.of(Sizes.parse(size.get())) : OptionalLong.empty();
        ShelfCleanup removal = new ShelfCleanup(session.shelfAlone(), session.instances());
        removal.chooseRest();
        unused.ifPresent(duration -> removal.chooseUnusedSince(Instant.now().minus(duration)));
        return CacheOutcome.print(session, removal.remove(most));
    }

    private static Duration duration(String text) {
        Matcher matcher = AGE.matcher(text);
        if (!matcher.matches()) {
            throw Failure.usage(
                    "--older-than wants a number of hours, days or weeks, as in 12h, 30d or 4w, not \"" + text + "\"");
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "h" -> Duration.ofHours(count);
            case "d" -> Duration.ofDays(count);
            default -> Duration.ofDays(7 * count);
        };
    }
}
