package dev.unipkg.format.json;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.Refusal;
import java.util.regex.Pattern;

/// Messages for malformed JSON. The parser's own messages name settings of the parser, which do not help the author of
/// the document.
final class JsonMistake {

    private static final int LONGEST_WORD = 64;

    private static final Pattern SCALAR =
            Pattern.compile("true|false|null|-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");

    private JsonMistake() {}

    static DocumentRefusal.Malformed of(String text, JsonProcessingException e) {
        JsonLocation location = e.getLocation();
        if (location == null) {
            return new DocumentRefusal.Malformed("JSON", "it is something else", 1, 1);
        }
        int at = (int) Math.clamp(location.getCharOffset(), 0, text.length());
        // A control character, as nothing but the message tells: the parser may stand on it or behind it.
        boolean stray = String.valueOf(e.getOriginalMessage()).startsWith("Illegal");
        String detail = e instanceof JsonEOFException
                        || at == text.length() && word(text, at).isEmpty()
                ? "it ends in the middle of a value"
                : Refusal.quoted(stray ? control(text, at) : misfit(text, at)) + " cannot stand there";
        return new DocumentRefusal.Malformed("JSON", detail, location.getLineNr(), location.getColumnNr());
    }

    /// The text that does not fit. The parser stops at it, within it, or just behind it.
    private static String misfit(String text, int at) {
        String word = word(text, at);
        boolean within = at < text.length() && isOfWord(text.charAt(at));
        if (within || !word.isEmpty() && !SCALAR.matcher(word).matches()) {
            return word;
        }
        int there = Math.min(at, text.length() - 1);
        return Character.toString(text.codePointAt(there));
    }

    private static String control(String text, int at) {
        int there = at < text.length() && text.charAt(at) < ' ' ? at : Math.max(0, at - 1);
        return text.substring(there, there + 1);
    }

    private static String word(String text, int at) {
        int begin = at;
        while (begin > 0 && at - begin < LONGEST_WORD && isOfWord(text.charAt(begin - 1))) {
            begin--;
        }
        int end = at;
        while (end < text.length() && end - at < LONGEST_WORD && isOfWord(text.charAt(end))) {
            end++;
        }
        return text.substring(begin, end);
    }

    private static boolean isOfWord(char c) {
        return c < 0x80 && (Character.isLetterOrDigit(c) || "+-._$".indexOf(c) >= 0);
    }
}
