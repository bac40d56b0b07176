package dev.unipkg.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Reads [Row]s from the standard input and writes them as a Markdown table.
///
///     ResultsTable [page]
///
/// With a page that has such a table, it writes the page's table with the rows in it: a row replaces the one of the
/// same subject and peer, or is added at the end.
final class ResultsTable {

    private static final String HEAD = """
            | what | unipkg | peer | which peer | ratio | goal | reached |
            |---|---:|---:|---|---:|---:|---|
            """;

    private ResultsTable() {}

    public static void main(String[] args) throws IOException {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            List<Row> rows =
                    in.lines().filter(line -> !line.isBlank()).map(Row::parse).toList();
            System.out.print(args.length == 0 ? markdown(rows) : merged(Files.readString(Path.of(args[0])), rows));
        }
    }

    static String markdown(List<Row> rows) {
        StringBuilder table = new StringBuilder(HEAD);
        for (Row row : rows) {
            table.append(row.markdown()).append('\n');
        }
        return table.toString();
    }

    /// The table of the page, with the rows in it.
    static String merged(String page, List<Row> rows) {
        int table = page.indexOf(HEAD);
        if (table < 0) {
            throw new IllegalArgumentException("the page has no table with the head\n" + HEAD);
        }
        SequencedMap<String, String> lines = new LinkedHashMap<>();
        page.substring(table + HEAD.length())
                .lines()
                .takeWhile(line -> line.startsWith("|"))
                .forEach(line -> lines.put(subject(line), line));
        for (Row row : rows) {
            lines.put(subject(row.markdown()), row.markdown());
        }
        return HEAD + String.join("\n", lines.values()) + "\n";
    }

    /// The cells of a line by which two measurements are of the same: what was measured, and the peer.
    private static String subject(String line) {
        String[] cells = line.split("\\|", -1);
        return cells[1] + cells[4];
    }
}
