package dev.unipkg.format;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The order of versions as [Version] states it, written as a key whose plain text order is that order.
///
/// A key is the sequence of the version's parts, each one character for its rank and then, self-delimiting, its value:
/// a number as three digits of length and its digits, a word in lowercase closed by `!`, a pre-release word as the
/// digit of its stage. The part for the end carries the version's text, which breaks ties.
final class VersionOrder {

    private static final char TILDE = '1';
    private static final char PRERELEASE = '2';
    private static final char END = '3';
    private static final char PLUS = '4';
    private static final char DASH = '5';
    private static final char NUMBER = '6';
    private static final char WORD = '7';
    private static final char DOT = '8';

    private static final Map<String, Character> STAGES = Map.ofEntries(
            Map.entry("dev", '0'),
            Map.entry("nightly", '0'),
            Map.entry("snapshot", '0'),
            Map.entry("alpha", '1'),
            Map.entry("beta", '2'),
            Map.entry("milestone", '3'),
            Map.entry("pre", '4'),
            Map.entry("preview", '4'),
            Map.entry("rc", '5'));

    private final String text;
    private final StringBuilder key = new StringBuilder();
    private int at;
    private boolean prerelease;
    private boolean wordsAreOrdinary;

    private VersionOrder(String text) {
        this.text = text;
    }

    static String sortKey(String text) {
        return new VersionOrder(text).read();
    }

    static boolean isPrerelease(String text) {
        VersionOrder order = new VersionOrder(text);
        order.read();
        return order.prerelease;
    }

    private String read() {
        if (text.length() > 1 && Character.toLowerCase(text.charAt(0)) == 'v' && isDigit(1)) {
            at = 1;
        }
        while (at < text.length()) {
            if (isDigit(at)) {
                number();
            } else if (isLetter(at)) {
                word(at);
            } else {
                sign();
            }
        }
        return key.append(END).append(text).toString();
    }

    private void number() {
        if (at > 0 && isLetter(at - 1) && !key.isEmpty()) {
            key.append(DOT);
        }
        int start = at;
        while (isDigit(at)) {
            at++;
        }
        while (start < at - 1 && text.charAt(start) == '0') {
            start++;
        }
        key.append(NUMBER)
                .append(String.format(Locale.ROOT, "%03d", at - start))
                .append(text, start, at);
    }

    /// Reads the word that starts at `start`; between the current position and it stands at most one sign, which a
    /// pre-release word swallows and an ordinary one does not.
    private void word(int start) {
        int end = start;
        while (isLetter(end)) {
            end++;
        }
        String word = text.substring(start, end).toLowerCase(Locale.ROOT);
        Character stage = wordsAreOrdinary ? null : stage(word, start, end);
        if (stage != null) {
            key.append(PRERELEASE).append(stage.charValue());
            prerelease = true;
            wordsAreOrdinary = true;
        } else {
            if (start > at) {
                key.append(text.charAt(at) == '-' ? DASH : DOT);
            }
            key.append(WORD).append(word).append('!');
        }
        at = end;
    }

    private @Nullable Character stage(String word, int start, int end) {
        if (isDigit(end) && start > 0) {
            switch (word) {
                // Only right behind a number: Python's 3.13.0b1 comes before 3.13.0, but Java's 8u292-b10 is a build.
                case "a" -> {
                    return isDigit(start - 1) ? '1' : null;
                }
                case "b" -> {
                    return isDigit(start - 1) ? '2' : null;
                }
                case "m" -> {
                    return isDigit(start - 1) ? null : '3';
                }
                default -> {}
            }
        }
        return STAGES.get(word);
    }

    private void sign() {
        char sign = text.charAt(at);
        if ((sign == '.' || sign == '-') && isLetter(at + 1)) {
            word(at + 1);
            return;
        }
        switch (sign) {
            case '~' -> {
                key.append(TILDE);
                prerelease |= !wordsAreOrdinary;
                wordsAreOrdinary = true;
            }
            case '+' -> {
                key.append(PLUS);
                wordsAreOrdinary = true;
            }
            case '-' -> key.append(DASH);
            default -> key.append(DOT);
        }
        at++;
    }

    private boolean isDigit(int index) {
        return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9';
    }

    private boolean isLetter(int index) {
        return index < text.length() && Character.isLetter(text.charAt(index));
    }
}
