package dev.unipkg.format.source;

import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.RefusedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/// One mapping of a settings file: its values by key and type. Whatever is wrong is refused with its path and line.
final class Section {

    private final String path;
    private final Yaml.Mapping mapping;

    private Section(String path, Yaml.Mapping mapping) {
        this.path = path;
        this.mapping = mapping;
    }

    /// The mapping, when it has no key but those of `keys`.
    static Section of(Yaml yaml, String path, SettingKeys keys) throws RefusedException {
        Section section = ofAnyKeys(yaml, path);
        for (var key : section.mapping.keyLines().entrySet()) {
            if (!keys.names().contains(key.getKey())) {
                throw new DocumentRefusal.AtLine(
                                key.getValue(),
                                new DocumentRefusal.UnknownKey(section.path(key.getKey()), keys.hint(key.getKey())))
                        .asException();
            }
        }
        return section;
    }

    private static Section ofAnyKeys(Yaml yaml, String path) throws RefusedException {
        if (!(yaml instanceof Yaml.Mapping mapping)) {
            throw wrongType(yaml, path.isEmpty() ? "the file" : path, "a mapping");
        }
        return new Section(path, mapping);
    }

    String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    Optional<Yaml> optional(String key) {
        return Optional.ofNullable(mapping.members().get(key));
    }

    boolean has(String key) {
        return mapping.members().containsKey(key);
    }

    Optional<String> text(String key) throws RefusedException {
        return value(key, "a text", text -> text);
    }

    /// Turns the text of a value into what it means.
    @FunctionalInterface
    interface Parser<T> {
        /// @throws IllegalArgumentException when it is not what is expected there
        /// @throws RefusedException when there is more to say about it than that
        T parse(String text) throws RefusedException;
    }

    /// A value turned from its text by `parser`.
    <T> Optional<T> value(String key, String expected, Parser<T> parser) throws RefusedException {
        Yaml yaml = mapping.members().get(key);
        return yaml == null ? Optional.empty() : Optional.of(parsed(yaml, path(key), expected, parser));
    }

    /// A list of values; none where it is absent.
    <T> List<T> values(String key, String expected, Parser<T> parser) throws RefusedException {
        List<T> values = new ArrayList<>();
        for (Yaml item : items(key)) {
            values.add(parsed(item, path(key) + "[" + values.size() + "]", expected, parser));
        }
        return values;
    }

    private List<Yaml> items(String key) throws RefusedException {
        Yaml yaml = mapping.members().get(key);
        if (yaml == null) {
            return List.of();
        }
        if (!(yaml instanceof Yaml.Items(var items, int _))) {
            throw wrongType(yaml, path(key), "a list");
        }
        return items;
    }

    /// A list of values, none of them twice; none where it is absent.
    <T extends Comparable<T>> SortedSet<T> distinctValues(String key, String expected, Parser<T> parser)
            throws RefusedException {
        List<T> values = values(key, expected, parser);
        SortedSet<T> distinct = new TreeSet<>();
        for (int i = 0; i < values.size(); i++) {
            if (!distinct.add(values.get(i))) {
                throw invalid(
                        items(key).get(i),
                        path(key) + "[" + i + "]",
                        values.get(i).toString(),
                        expected + " that the list does not have already");
            }
        }
        return distinct;
    }

    /// A mapping whose keys a person chooses; none where it is absent.
    SequencedMap<String, Yaml> mapping(String key) throws RefusedException {
        Yaml yaml = mapping.members().get(key);
        return yaml == null
                ? new LinkedHashMap<>()
                : ofAnyKeys(yaml, path(key)).mapping.members();
    }

    /// A key of the mapping `key`, turned from its text by `parser`.
    <T> T key(String key, String text, String expected, Parser<T> parser) throws RefusedException {
        int line = mapping.members().get(key) instanceof Yaml.Mapping below
                ? below.keyLines().getOrDefault(text, below.line())
                : mapping.line();
        return parsed(new Yaml.Text(text, false, line), path(key), expected, parser);
    }

    /// The same with texts as values.
    SequencedMap<String, String> texts(String key, String expectedKey, Function<String, Boolean> isKey)
            throws RefusedException {
        SequencedMap<String, String> texts = new LinkedHashMap<>();
        for (var member : mapping(key).entrySet()) {
            String memberPath = path(key) + "." + member.getKey();
            if (!isKey.apply(member.getKey())) {
                throw invalid(member.getValue(), path(key), member.getKey(), expectedKey);
            }
            texts.put(member.getKey(), parsed(member.getValue(), memberPath, "a text", text -> text));
        }
        return texts;
    }

    /// The exception that says that the section has a value it cannot have.
    RefusedException invalid(String key, String value, String expected) {
        return invalid(mapping.members().getOrDefault(key, mapping), path(key), value, expected);
    }

    /// The exception that says that a key must be there and is not.
    RefusedException missing(String key) {
        return new DocumentRefusal.AtLine(mapping.line(), new DocumentRefusal.MissingField(path(key))).asException();
    }

    static RefusedException invalid(Yaml yaml, String path, String value, String expected) {
        return new DocumentRefusal.AtLine(yaml.line(), new DocumentRefusal.InvalidValue(path, value, expected))
                .asException();
    }

    static <T> T parsed(Yaml yaml, String path, String expected, Parser<T> parser) throws RefusedException {
        if (!(yaml instanceof Yaml.Text(String text, boolean empty, int line)) || empty) {
            throw wrongType(yaml, path, expected);
        }
        if (text.indexOf('\0') >= 0) {
            throw new DocumentRefusal.AtLine(line, new DocumentRefusal.InvalidText(path)).asException();
        }
        try {
            return parser.parse(text);
        } catch (RefusedException e) {
            throw new RefusedException(new DocumentRefusal.AtLine(line, e.refusal()), e);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(
                    new DocumentRefusal.AtLine(line, new DocumentRefusal.InvalidValue(path, text, expected)), e);
        }
    }

    private static RefusedException wrongType(Yaml yaml, String path, String expected) {
        return new DocumentRefusal.AtLine(yaml.line(), new DocumentRefusal.WrongType(path, expected, yaml.kind()))
                .asException();
    }
}
