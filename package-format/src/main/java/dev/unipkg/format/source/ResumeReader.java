package dev.unipkg.format.source;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.oci.ResumeDeclaration;

/// Reads the setting `resume`: `safe`, `never`, or a mapping with `safe: true` and the needs that the program has not.
final class ResumeReader {
    private static final String KEY = "resume";
    private static final String FORMS = "safe, never, or a mapping as in {safe: true, randomness: none, clock: any}";

    private ResumeReader() {}

    static ResumeDeclaration read(Yaml yaml) throws RefusedException {
        if (!(yaml instanceof Yaml.Mapping)) {
            return Section.parsed(yaml, KEY, FORMS, ResumeReader::word);
        }
        Section section = Section.of(yaml, KEY, SettingKeys.RESUME);
        if (!says(section, "safe", "true", "true; a program that must not be resumed says resume: never")) {
            throw section.missing("safe");
        }
        boolean noRandomness = says(
                section,
                "randomness",
                ResumeDeclaration.NO_RANDOMNESS,
                "none; a program that needs randomness leaves it out");
        boolean anyClock = says(
                section,
                "clock",
                ResumeDeclaration.ANY_CLOCK,
                "any; a program that needs the right time leaves it out");
        return new ResumeDeclaration.Safe(!noRandomness, !anyClock);
    }

    private static ResumeDeclaration word(String text) {
        return switch (text) {
            case "safe" -> new ResumeDeclaration.Safe(true, true);
            case "never" -> new ResumeDeclaration.Never();
            default -> throw new IllegalArgumentException("no declaration about resuming: " + text);
        };
    }

    /// Whether the key is there. Its only value is `word`.
    private static boolean says(Section section, String key, String word, String expected) throws RefusedException {
        return section.value(key, expected, text -> SettingsReader.require(text.equals(word), text))
                .isPresent();
    }
}
