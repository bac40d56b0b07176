package dev.unipkg.registry.accounts;

import dev.unipkg.registry.rows.Sql;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.transaction.Transactional;
import java.security.SecureRandom;
import java.time.Clock;

/// Gives a registry that starts for the first time its token secret and its first administrator.
@ApplicationScoped
class FirstStart {

    private static final int SECRET_BYTES = 32;

    private final Sql sql;
    private final Clock clock;

    FirstStart(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /// The key is printed before the transaction commits: a start that is cut off in between prints another key
    /// next time, so an unseen key is never stored.
    @Transactional
    void onStart(@Observes StartupEvent event) {
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        int inserted = sql.update(
                "insert into registry (id, token_secret, created) values (?, ?, ?) on conflict do nothing",
                RegistryRow.ID,
                secret,
                clock.instant());
        if (inserted == 1) {
            KeyText text = KeyText.fresh();
            ApiKey key = new ApiKey();
            key.hash = text.hash();
            key.description = "first administrator";
            key.created = clock.instant();
            key.persist();
            print(text);
        }
    }

    private static void print(KeyText key) {
        System.out.printf("""
            ----------------------------------------------------------------------
            This is the first start. Keep this key: it is shown once, now, and only
            its hash is stored. It may do everything here.

            administrator key: %s
            ----------------------------------------------------------------------
            """, key.text());
        System.out.flush();
    }
}
