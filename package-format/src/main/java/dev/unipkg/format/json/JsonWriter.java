package dev.unipkg.format.json;

import java.util.Iterator;
import java.util.Locale;
import java.util.Map;

/// Writes JSON in one way: keys in their order and, in the compact form, the escapes of Go's `encoding/json`, in which
/// most OCI tools are written, so that one which encodes a document of ours again gets the same bytes.
final class JsonWriter {

    private final StringBuilder out = new StringBuilder();
    private final boolean pretty;
    private final boolean asGo;

    private JsonWriter(boolean pretty, boolean asGo) {
        this.pretty = pretty;
        this.asGo = asGo;
    }

    static String shortest(Json json) {
        JsonWriter writer = new JsonWriter(false, false);
        writer.value(json, 0);
        return writer.out.toString();
    }

    static String compact(Json json) {
        JsonWriter writer = new JsonWriter(false, true);
        writer.value(json, 0);
        return writer.out.toString();
    }

    static String pretty(Json json) {
        JsonWriter writer = new JsonWriter(true, false);
        writer.value(json, 0);
        return writer.out.append('\n').toString();
    }

    private void value(Json json, int depth) {
        if (json instanceof Json.Obj(var members)) {
            object(members.entrySet().iterator(), depth);
        } else if (json instanceof Json.Arr(var elements)) {
            array(elements.iterator(), depth);
        } else if (json instanceof Json.Text(var value)) {
            text(value);
        } else if (json instanceof Json.Num(var value)) {
            out.append(value.toPlainString());
        } else if (json instanceof Json.Bool(var value)) {
            out.append(value);
        } else {
            out.append("null");
        }
    }

    private void object(Iterator<Map.Entry<String, Json>> members, int depth) {
        out.append('{');
        boolean any = members.hasNext();
        while (members.hasNext()) {
            Map.Entry<String, Json> member = members.next();
            line(depth + 1);
            text(member.getKey());
            out.append(pretty ? ": " : ":");
            value(member.getValue(), depth + 1);
            if (members.hasNext()) {
                out.append(',');
            }
        }
        if (any) {
            line(depth);
        }
        out.append('}');
    }

    private void array(Iterator<Json> elements, int depth) {
        out.append('[');
        boolean any = elements.hasNext();
        while (elements.hasNext()) {
            line(depth + 1);
            value(elements.next(), depth + 1);
            if (elements.hasNext()) {
                out.append(',');
            }
        }
        if (any) {
            line(depth);
        }
        out.append(']');
    }

    private void line(int depth) {
        if (pretty) {
            out.append('\n').repeat("  ", depth);
        }
    }

    private void text(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (!asGo && (c == '\b' || c == '\f')) {
                        out.append(c == '\b' ? "\\b" : "\\f");
                    } else if (c < ' ' || asGo && isEscapedByGo(c)) {
                        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private static boolean isEscapedByGo(char c) {
        return c == '<' || c == '>' || c == '&' || c == '\u2028' || c == '\u2029';
    }
}
