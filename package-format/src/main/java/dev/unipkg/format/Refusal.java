package dev.unipkg.format;

/// A reason to say no. All refusals together are the security specification of everything that reads what comes from
/// outside: each is one record, in the group it belongs to.
///
/// To add one: a record and its sentence in the group's `message()`; the compiler names what else is missing.
public sealed interface Refusal
        permits ArchiveRefusal, ContentRefusal, DocumentRefusal, NameRefusal, ProgramRefusal, PublishRefusal {

    /// One sentence for a person: what, expected, actual and, where there is one, the next step. It starts in lowercase
    /// and ends without a full stop, so that it can follow the name of the thing and a colon.
    String message();

    /// A stable word for programs: the record's name in kebab-case, as in `digest-mismatch`. It is the last part of a
    /// problem's `type` URI and the `code` in the client's JSON.
    default String code() {
        StringBuilder code = new StringBuilder();
        for (char c : getClass().getSimpleName().toCharArray()) {
            if (Character.isUpperCase(c) && !code.isEmpty()) {
                code.append('-');
            }
            code.append(Character.toLowerCase(c));
        }
        return code.toString();
    }

    /// The exception that carries this refusal.
    default RefusedException asException() {
        return new RefusedException(this);
    }

    /// `text` from outside, made fit for one line of a message: quoted, cut after 200 characters, and with control and
    /// format characters (terminal escapes, bidirectional overrides) written as escapes.
    static String quoted(String text) {
        StringBuilder shown = new StringBuilder("\"");
        int[] codePoints = text.codePoints().limit(201).toArray();
        for (int i = 0; i < Math.min(codePoints.length, 200); i++) {
            int c = codePoints[i];
            int type = Character.getType(c);
            if (Character.isISOControl(c)
                    || type == Character.FORMAT
                    || type == Character.SURROGATE
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR) {
                shown.append("\\u{").append(Integer.toHexString(c)).append('}');
            } else {
                shown.appendCodePoint(c);
            }
        }
        return shown.append(codePoints.length > 200 ? "…\"" : "\"").toString();
    }
}
