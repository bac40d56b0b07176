package dev.unipkg.format.source;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Finds the known word that a misspelled one was probably meant to be.
final class Spelling {

    private static final int SHORTEST_PREFIX = 3;

    private Spelling() {}

    /// The known word with the fewest edits from `word`; empty when more than a third of its letters would change, and
    /// neither word begins with the other.
    static Optional<String> nearest(String word, List<String> known) {
        String typed = word.toLowerCase(Locale.ROOT);
        return known.stream()
                .filter(candidate -> isNear(typed, candidate))
                .min(Comparator.comparingInt(candidate -> edits(typed, candidate)));
    }

    private static boolean isNear(String typed, String candidate) {
        int shorter = Math.min(typed.length(), candidate.length());
        boolean beginsAlike = shorter >= SHORTEST_PREFIX && typed.regionMatches(0, candidate, 0, shorter);
        // Bounds the work for keys of any length.
        boolean comparable = Math.abs(typed.length() - candidate.length()) <= shorter;
        return beginsAlike || comparable && edits(typed, candidate) * 3 <= Math.max(3, candidate.length());
    }

    /// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment distance).
    private static int edits(String a, String b) {
        int[][] distance = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                distance[i][j] = i == 0 || j == 0 ? i + j : step(a, b, i, j, distance);
            }
        }
        return distance[a.length()][b.length()];
    }

    private static int step(String a, String b, int i, int j, int[][] distance) {
        int substituted = distance[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int best = Math.min(substituted, Math.min(distance[i - 1][j], distance[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, distance[i - 2][j - 2] + 1) : best;
    }
}
