package dev.unipkg.registry.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.unipkg.api.ApiRecord;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RepositoryName;
import dev.unipkg.format.Tag;
import dev.unipkg.registry.counts.CountedBuild;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Answers to GET and HEAD that this replica knows without asking anyone. Those that a change on this replica
/// makes outdated are forgotten before it is acknowledged; the state before a change on another replica is
/// served for at most [#MOVED_ELSEWHERE], or [#DELETED_ELSEWHERE].
@ApplicationScoped
public class HotAnswers {

    /// How long a movable tag can lag behind a change made by another replica.
    static final Duration MOVED_ELSEWHERE = Duration.ofSeconds(1);

    /// How long content is served after another replica deleted it.
    static final Duration DELETED_ELSEWHERE = Duration.ofSeconds(10);

    /// Cached documents are sent whole, with one copy per slow client, so longer ones are not cached.
    public static final int MAX_DOCUMENT_BYTES = 64 << 10;

    private static final long MAX_BYTES = 64L << 20;
    // The heap size of an entry without its body: the key, the answer and the cache's own node.
    private static final int ENTRY_OVERHEAD_BYTES = 600;
    // The heap size of a build in an answer, with its texts.
    private static final int COUNTED_BUILD_BYTES = 300;

    /// A cached answer.
    public sealed interface Answer {

        /// The digest of the content; also its entity tag.
        String digest();

        /// Whether the key can never mean anything else.
        boolean immutable();

        /// A small document, held in memory.
        record Document(String mediaType, String digest, byte[] bytes, boolean immutable) implements Answer {}

        /// The native API's document of a version. All of it is immutable but the number of downloads.
        record OfVersion(String digest, byte[] bytes) implements Answer {
            /// A document, written and hashed.
            public static OfVersion of(ApiRecord document) {
                byte[] bytes = document.toBytes();
                return new OfVersion(Digest.of(bytes).toString(), bytes);
            }

            @Override
            public boolean immutable() {
                return true;
            }
        }

        /// A blob whose GETs may be downloads. They are answered where those are counted; the answer saves the
        /// questions to the database.
        ///
        /// @param builds that it counts for, the newest version first; not empty
        record Counted(String digest, long size, List<CountedBuild> builds) implements Answer {
            public Counted {
                builds = List.copyOf(builds);
            }

            @Override
            public boolean immutable() {
                return true;
            }
        }

        /// A blob in a file of this machine.
        record File(Path path, String digest, long size) implements Answer {
            /// Whether the file has its length. Looks at it, and opens nothing.
            public boolean isWhole() {
                java.io.File there = path.toFile();
                return there.isFile() && there.length() == size;
            }

            @Override
            public boolean immutable() {
                return true;
            }
        }
    }

    private final AtomicLong changes = new AtomicLong();
    private final Cache<HotKey, Answer> answers = Caffeine.newBuilder()
            .maximumWeight(MAX_BYTES)
            .<HotKey, Answer>weigher((key, answer) -> ENTRY_OVERHEAD_BYTES + weight(answer))
            .expireAfter(Expiry.<HotKey, Answer>writing((key, answer) -> lifetime(answer)))
            .build();

    /// The answer for a key, if it is known.
    public @Nullable Answer find(HotKey key) {
        return answers.getIfPresent(key);
    }

    /// The state to hand to [#learn]; to be taken before what is learned is read from the database.
    public long stamp() {
        return changes.get();
    }

    /// Remembers an answer of at most [#MAX_DOCUMENT_BYTES], unless something was forgotten since the stamp:
    /// then it may be outdated already.
    public synchronized void learn(HotKey key, Answer answer, long stamp) {
        if (changes.get() == stamp && weight(answer) <= MAX_DOCUMENT_BYTES) {
            answers.put(key, answer);
        }
    }

    /// Forgets all answers that a change of manifests or tags makes outdated; to be called when the change is
    /// committed and before it is acknowledged. `latest` is one of them, since it may follow the versions.
    ///
    /// @param references the tags and digests that now mean something else or nothing
    public synchronized void changed(RepositoryName repository, Collection<String> references) {
        changes.incrementAndGet();
        answers.invalidate(new HotKey.TagKey(repository, Tag.LATEST));
        references.forEach(reference -> answers.invalidate(HotKey.ofManifest(repository, reference)));
    }

    /// Forgets one answer, whose content is gone; to be called when that is committed and before it is
    /// acknowledged.
    public synchronized void forget(HotKey key) {
        changes.incrementAndGet();
        answers.invalidate(key);
    }

    private static int weight(Answer answer) {
        return switch (answer) {
            case Answer.Document document -> document.bytes().length;
            case Answer.OfVersion version -> version.bytes().length;
            case Answer.File file -> file.path().toString().length();
            case Answer.Counted counted -> counted.builds().size() * COUNTED_BUILD_BYTES;
        };
    }

    private static Duration lifetime(Answer answer) {
        return answer.immutable() ? DELETED_ELSEWHERE : MOVED_ELSEWHERE;
    }
}
