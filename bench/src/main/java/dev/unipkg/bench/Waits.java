package dev.unipkg.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// Gets an address at a fixed rate and prints the time, in milliseconds, within which 99 of 100 whole answers were
/// there. A wait counts from when the request was due, so that requests that come late behind a slow one wait too.
///
///     Waits <address> <requests a second> <seconds>
final class Waits {

    private Waits() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(args[0]))
                .timeout(Duration.ofMinutes(2))
                .build();
        int rate = Integer.parseInt(args[1]);
        int count = rate * Integer.parseInt(args[2]);
        try (HttpClient client = HttpClient.newHttpClient()) {
            // The first requests load this program's own classes.
            waits(client, request, rate, rate);
            long[] waits = waits(client, request, rate, count);
            Arrays.sort(waits);
            System.out.printf(Locale.ROOT, "%.3f%n", waits[count * 99 / 100] / 1e6);
        }
    }

    private static long[] waits(HttpClient client, HttpRequest request, int rate, int count)
            throws IOException, InterruptedException {
        long[] waits = new long[count];
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            long due = start + TimeUnit.SECONDS.toNanos(i) / rate;
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
            HttpResponse<byte[]> answer = client.send(request, BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new IOException(request.uri() + " was answered with " + answer.statusCode());
            }
            waits[i] = System.nanoTime() - due;
        }
        return waits;
    }
}
