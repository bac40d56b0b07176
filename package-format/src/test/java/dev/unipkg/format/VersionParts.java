package dev.unipkg.format;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// The order of versions written a second time, from its documentation alone: parts are compared one by one, and no
/// key is made.
final class VersionParts {

    private static final Pattern TOKEN = Pattern.compile("[0-9]+|[A-Za-z]+|[.+~-]");
    private static final List<List<String>> STAGES = List.of(
            List.of("dev", "nightly", "snapshot"),
            List.of("alpha"),
            List.of("beta"),
            List.of("milestone"),
            List.of("pre", "preview"),
            List.of("rc"));

    private record Part(int rank, BigInteger number, String word) {
        private Part(int rank) {
            this(rank, BigInteger.ZERO, "");
        }
    }

    private VersionParts() {}

    static int compare(Version a, Version b) {
        List<Part> left = parts(a.text());
        List<Part> right = parts(b.text());
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            Part l = left.get(i);
            Part r = right.get(i);
            int order = Integer.compare(l.rank, r.rank);
            order = order != 0 ? order : l.number.compareTo(r.number);
            order = order != 0 ? order : l.word.compareTo(r.word);
            if (order != 0) {
                return order;
            }
        }
        return a.text().compareTo(b.text());
    }

    private static List<Part> parts(String text) {
        String read = text.matches("[vV][0-9].*") ? text.substring(1) : text;
        List<String> tokens =
                TOKEN.matcher(read).results().map(MatchResult::group).toList();
        List<Part> parts = new ArrayList<>();
        boolean ordinary = false;
        for (int i = 0; i < tokens.size(); i++) {
            String token = tokens.get(i);
            String before = i > 0 ? tokens.get(i - 1) : "";
            String after = i + 1 < tokens.size() ? tokens.get(i + 1) : "";
            String afterThat = i + 2 < tokens.size() ? tokens.get(i + 2) : "";
            boolean joins = token.equals(".") || token.equals("-");
            if (!ordinary && joins && stage(token, after, afterThat) >= 0) {
                continue;
            }
            int stage = ordinary || !isWord(token) ? -1 : stage(before, token, after);
            if (stage >= 0) {
                parts.add(new Part(2, BigInteger.valueOf(stage), ""));
                ordinary = true;
            } else if (isWord(token)) {
                parts.add(new Part(7, BigInteger.ZERO, token.toLowerCase(Locale.ROOT)));
            } else if (Character.isDigit(token.charAt(0))) {
                if (isWord(before)) {
                    parts.add(new Part(8));
                }
                parts.add(new Part(6, new BigInteger(token), ""));
            } else {
                parts.add(
                        new Part(List.of("", "~", "", "", "+", "-", "", "", ".").indexOf(token)));
                ordinary |= token.equals("~") || token.equals("+");
            }
        }
        parts.add(new Part(3));
        return parts;
    }

    private static int stage(String before, String word, String after) {
        boolean digitBefore = before.matches("[0-9]+");
        boolean digitAfter = after.matches("[0-9]+");
        String lower = word.toLowerCase(Locale.ROOT);
        if (digitAfter && !before.isEmpty()) {
            if (digitBefore && lower.equals("a")) {
                return 1;
            }
            if (digitBefore && lower.equals("b")) {
                return 2;
            }
            if (!digitBefore && lower.equals("m")) {
                return 3;
            }
        }
        for (int stage = 0; stage < STAGES.size(); stage++) {
            if (STAGES.get(stage).contains(lower)) {
                return stage;
            }
        }
        return -1;
    }

    private static boolean isWord(String token) {
        return !token.isEmpty() && Character.isLetter(token.charAt(0));
    }
}
