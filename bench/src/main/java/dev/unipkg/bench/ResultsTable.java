package dev.unipkg.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Reads [Row]s from the standard input and writes them as a Markdown table.
final class ResultsTable {

    private static final String HEAD = """
            | what | unipkg | peer | which peer | ratio | goal | reached |
            |---|---:|---:|---|---:|---:|---|
            """;

    private ResultsTable() {}

    public static void main(String[] args) throws IOException {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.print(markdown(
                    in.lines().filter(line -> !line.isBlank()).map(Row::parse).toList()));
        }
    }

    static String markdown(List<Row> rows) {
        StringBuilder table = new StringBuilder(HEAD);
        for (Row row : rows) {
            table.append(row.markdown()).append('\n');
        }
        return table.toString();
    }
}
