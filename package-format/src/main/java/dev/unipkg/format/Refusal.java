package dev.unipkg.format;

/// A reason to say no. All refusals together are the security specification of everything that reads what comes from
/// outside: each is one record, in the group it belongs to.
///
/// To add one: a record and its sentence in the group's `sentence()`; the compiler names what else is missing.
public sealed interface Refusal
        permits ArchiveRefusal, ContentRefusal, DocumentRefusal, NameRefusal, ProgramRefusal, PublishRefusal {

    /// One sentence for a person: what, expected, actual and, where there is one, the next step. It starts in lowercase
    /// and ends without a full stop, so that it can follow the name of the thing and a colon. It is one line, and
    /// nothing in it acts on a terminal or a log.
    default String message() {
        return escaped(sentence());
    }

    /// The [sentence][#message] as it is put together; what comes from outside stands in it [quoted][#quoted].
    String sentence();

    /// A stable word for programs: the record's name in kebab-case, as in `digest-mismatch`. It is the last part of a
    /// problem's `type` URI and the `code` in the client's JSON.
    default String code() {
        return codeOf(getClass());
    }

    /// The code of a record that is a reason to say no, here or at a server.
    static String codeOf(Class<?> reason) {
        StringBuilder code = new StringBuilder();
        for (char c : reason.getSimpleName().toCharArray()) {
            if (Character.isUpperCase(c) && !code.isEmpty()) {
                code.append('-');
            }
            code.append(Character.toLowerCase(c));
        }
        return code.toString();
    }

    /// The refusal without the file and the line it is about.
    default Refusal withoutPlace() {
        return this;
    }

    /// The exception that carries this refusal.
    default RefusedException asException() {
        return new RefusedException(this);
    }

    /// `text` from outside, made fit for one line of a message: quoted, cut after 200 characters, and
    /// [escaped][#escaped].
    static String quoted(String text) {
        boolean cut = text.codePointCount(0, Math.min(text.length(), 401)) > 200;
        int end = cut ? text.offsetByCodePoints(0, 200) : text.length();
        return '"' + escaped(text.substring(0, end)) + (cut ? "…\"" : "\"");
    }

    /// `text` with everything written as an escape that could steer a terminal or begin a line: control and format
    /// characters, as terminal escapes and bidirectional overrides are made of.
    static String escaped(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        int c;
        for (int i = 0; i < text.length(); i += Character.charCount(c)) {
            c = text.codePointAt(i);
            if (isUnsafe(c)) {
                shown.append("\\u{").append(Integer.toHexString(c)).append('}');
            } else {
                shown.appendCodePoint(c);
            }
        }
        return shown.toString();
    }

    /// Whether a character from outside may not be shown as it is.
    static boolean isUnsafe(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
