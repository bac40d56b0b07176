package dev.unipkg.format.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.RefusedException;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Reads one JSON document under limits.
final class JsonReader {

    private static final int MAX_NUMBER_LENGTH = 64;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final byte[] utf8;
    private final JsonLimits limits;
    // The path of the value being read, joined only for a refusal. Otherwise a document with long keys would make the
    // reader copy them for each value.
    private final List<String> path = new ArrayList<>();
    private boolean hasEscapes;
    private int values;

    JsonReader(byte[] utf8, JsonLimits limits) {
        this.utf8 = utf8;
        this.limits = limits;
    }

    Json read() throws RefusedException {
        if (utf8.length > limits.bytes()) {
            throw new DocumentRefusal.DocumentTooLarge(limits.bytes()).asException();
        }
        String text = StrictText.decode(utf8);
        hasEscapes = text.indexOf('\\') >= 0;
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() == null) {
                throw new DocumentRefusal.Malformed("JSON", "there is nothing in it", 1, 1).asException();
            }
            Json document = value(parser, 0);
            if (parser.nextToken() != null) {
                JsonLocation location = parser.currentTokenLocation();
                throw new DocumentRefusal.TrailingData(location.getLineNr(), location.getColumnNr()).asException();
            }
            return document;
        } catch (RefusedException e) {
            throw e;
        } catch (JsonProcessingException e) {
            throw new RefusedException(JsonMistake.of(text, e), e);
        } catch (IOException e) {
            throw new IllegalStateException("a text in memory cannot fail to be read", e);
        }
    }

    private Json value(JsonParser parser, int depth) throws IOException {
        if (++values > limits.values()) {
            throw new DocumentRefusal.TooManyValues(limits.values()).asException();
        }
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> object(parser, deeper(depth));
            case START_ARRAY -> array(parser, deeper(depth));
            case VALUE_STRING -> new Json.Text(sound(parser.getText()));
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getText());
            case VALUE_TRUE -> new Json.Bool(true);
            case VALUE_FALSE -> new Json.Bool(false);
            case VALUE_NULL -> Json.NULL;
            case END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                throw new IllegalStateException("no value starts with " + token);
        };
    }

    private Json.Obj object(JsonParser parser, int depth) throws IOException {
        SequencedMap<String, Json> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = sound(parser.currentName());
            path.addLast(key);
            parser.nextToken();
            if (members.putIfAbsent(key, value(parser, depth)) != null) {
                throw new DocumentRefusal.DuplicateKey(path()).asException();
            }
            path.removeLast();
        }
        return new Json.Obj(members);
    }

    private Json.Arr array(JsonParser parser, int depth) throws IOException {
        List<Json> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            path.addLast("[" + elements.size() + "]");
            elements.add(value(parser, depth));
            path.removeLast();
        }
        return new Json.Arr(elements);
    }

    private String path() {
        return path.isEmpty() ? "the document" : String.join(".", path).replace(".[", "[");
    }

    private int deeper(int depth) throws RefusedException {
        if (depth >= limits.depth()) {
            throw new DocumentRefusal.TooDeep(limits.depth()).asException();
        }
        return depth + 1;
    }

    private Json.Num number(String text) throws RefusedException {
        // The length goes first: a decimal of a million digits would take long to compare.
        if (text.length() <= MAX_NUMBER_LENGTH) {
            try {
                BigDecimal value = new BigDecimal(text);
                // A scale far from zero is an exponent as in 1e-999999999, whose plain form would fill the memory.
                if (Math.abs((long) value.scale()) <= MAX_NUMBER_LENGTH && Json.Num.inRange(value)) {
                    return new Json.Num(value);
                }
            } catch (NumberFormatException e) {
                throw new RefusedException(new DocumentRefusal.NumberOutOfRange(path(), text), e);
            }
        }
        throw new DocumentRefusal.NumberOutOfRange(path(), text).asException();
    }

    // Only an escape can make a zero or half of a surrogate pair: the parser refuses control characters as they
    // are, and UTF-8 has no surrogates.
    private String sound(String text) throws RefusedException {
        for (int i = 0; hasEscapes && i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (c == 0 || Character.isSurrogate(c)) {
                throw new DocumentRefusal.InvalidText(path()).asException();
            }
        }
        return text;
    }
}
