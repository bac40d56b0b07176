package dev.unipkg.format.source;

import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.StrictText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Reads the part of YAML 1.2 that a settings file needs, from the parser's events: one document of mappings, lists
/// and texts. Anchors, aliases and tags are refused, since they would let a small file mean a huge one or another
/// type; nesting is bounded before anything recurses into it.
final class YamlReader {

    /// The largest settings file, in bytes.
    static final int MAX_BYTES = 1 << 20;

    private static final int MAX_DEPTH = 16;

    private final Iterator<Event> events;

    private YamlReader(Iterator<Event> events) {
        this.events = events;
    }

    static Yaml read(byte[] utf8) throws RefusedException {
        if (utf8.length > MAX_BYTES) {
            throw new DocumentRefusal.DocumentTooLarge(MAX_BYTES).asException();
        }
        String text = StrictText.decode(utf8);
        LoadSettings settings = LoadSettings.builder()
                .setCodePointLimit(MAX_BYTES)
                .setUseMarks(true)
                .build();
        try {
            return new YamlReader(new Parse(settings).parseString(text).iterator()).document();
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            int column = e.getProblemMark().map(mark -> mark.getColumn() + 1).orElse(1);
            throw new RefusedException(new DocumentRefusal.Malformed("YAML", e.getProblem(), line, column), e);
        } catch (YamlEngineException e) {
            throw new RefusedException(
                    new DocumentRefusal.Malformed("YAML", firstLine(String.valueOf(e.getMessage())), 1, 1), e);
        }
    }

    private Yaml document() throws RefusedException {
        Event event = events.next();
        while (event.getEventId() == Event.ID.StreamStart || event.getEventId() == Event.ID.DocumentStart) {
            event = events.next();
        }
        if (event.getEventId() == Event.ID.StreamEnd) {
            throw new DocumentRefusal.Malformed("YAML", "there is nothing in it", 1, 1).asException();
        }
        Yaml document = node(event, 0);
        while (events.hasNext()) {
            Event after = events.next();
            if (after.getEventId() != Event.ID.DocumentEnd && after.getEventId() != Event.ID.StreamEnd) {
                throw new DocumentRefusal.TrailingData(line(after), 1).asException();
            }
        }
        return document;
    }

    private Yaml node(Event event, int depth) throws RefusedException {
        requirePlain(event);
        if (depth > MAX_DEPTH) {
            throw new DocumentRefusal.TooDeep(MAX_DEPTH).asException();
        }
        return switch (event.getEventId()) {
            case Scalar -> text((ScalarEvent) event);
            case SequenceStart -> items(line(event), depth);
            case MappingStart -> mapping(line(event), depth);
            default -> throw new IllegalStateException("no node starts with " + event);
        };
    }

    private static Yaml.Text text(ScalarEvent scalar) {
        boolean empty = scalar.getScalarStyle() == ScalarStyle.PLAIN
                && scalar.getValue().isEmpty();
        return new Yaml.Text(scalar.getValue(), empty, line(scalar));
    }

    private Yaml.Items items(int line, int depth) throws RefusedException {
        List<Yaml> items = new ArrayList<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            items.add(node(event, depth + 1));
        }
        return new Yaml.Items(items, line);
    }

    private Yaml.Mapping mapping(int line, int depth) throws RefusedException {
        SequencedMap<String, Yaml> members = new LinkedHashMap<>();
        Map<String, Integer> keyLines = new HashMap<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            requirePlain(event);
            if (!(event instanceof ScalarEvent key)) {
                throw at(event, new DocumentRefusal.WrongType("a key", "a text", "a list or mapping"));
            }
            if (members.putIfAbsent(key.getValue(), node(events.next(), depth + 1)) != null) {
                throw at(event, new DocumentRefusal.DuplicateKey(key.getValue()));
            }
            keyLines.put(key.getValue(), line(event));
        }
        return new Yaml.Mapping(members, keyLines, line);
    }

    private static void requirePlain(Event event) throws RefusedException {
        boolean tagged = event instanceof ScalarEvent scalar && scalar.getTag().isPresent()
                || event instanceof CollectionStartEvent collection
                        && collection.getTag().isPresent();
        boolean anchored = event instanceof NodeEvent node && node.getAnchor().isPresent();
        if (tagged || anchored || event instanceof AliasEvent) {
            throw at(
                    event,
                    new DocumentRefusal.Malformed(
                            "a settings file", "anchors, aliases and tags are not used here", line(event), 1));
        }
    }

    private static RefusedException at(Event event, DocumentRefusal refusal) {
        return new DocumentRefusal.AtLine(line(event), refusal).asException();
    }

    private static int line(Event event) {
        return event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
