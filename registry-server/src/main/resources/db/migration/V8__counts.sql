-- How often builds are downloaded. No row tells by whom, from where, with what, or at which time of a day.
SET LOCAL statement_timeout = 0;

-- The blob that makes a download of a build when its last byte is sent: the config of a package's build, the kernel
-- file of a kernel release.
ALTER TABLE build ADD COLUMN counted text;
UPDATE build b SET counted = 'sha256:' || encode(sha256(convert_to(b.config, 'UTF8')), 'hex')
FROM version v JOIN repository r ON r.id = v.repository_id
WHERE v.id = b.version_id AND r.kind = 'PACKAGE';
UPDATE build b SET counted = l.digest
FROM version v JOIN repository r ON r.id = v.repository_id, build_layer l
WHERE v.id = b.version_id AND r.kind = 'KERNEL' AND l.build_id = b.id
  AND l.label = CASE r.name WHEN 'nanos' THEN 'kernel.img' WHEN 'linux' THEN 'vmlinuz' ELSE 'kernel' END;
CREATE INDEX build_counted ON build (counted);

-- Feeds list the newest versions of all packages.
CREATE INDEX version_published ON version (published_at DESC, id DESC);

-- Downloads as they are counted. Rows are only added, so no row is hot; every second they move into the sums.
CREATE TABLE download_journal (
    repository_id bigint NOT NULL,
    version       text   NOT NULL COLLATE "C",
    arch          text   NOT NULL,
    day           date   NOT NULL,
    downloads     bigint NOT NULL
);

-- The sums of each day. Days of a month that is long past move into the sums of months.
CREATE TABLE download_day (
    repository_id bigint NOT NULL REFERENCES repository ON DELETE CASCADE,
    day           date   NOT NULL,
    version       text   NOT NULL COLLATE "C",
    arch          text   NOT NULL,
    downloads     bigint NOT NULL,
    PRIMARY KEY (repository_id, day, version, arch)
);
CREATE INDEX download_day_version ON download_day (repository_id, version);
CREATE INDEX download_day_day ON download_day (day);

CREATE TABLE download_month (
    repository_id bigint NOT NULL REFERENCES repository ON DELETE CASCADE,
    month         date   NOT NULL, -- its first day
    version       text   NOT NULL COLLATE "C",
    arch          text   NOT NULL,
    downloads     bigint NOT NULL,
    PRIMARY KEY (repository_id, month, version, arch)
);
CREATE INDEX download_month_version ON download_month (repository_id, version);

-- The sum of all of a package's downloads, for lists in that order.
CREATE TABLE download_total (
    repository_id bigint PRIMARY KEY REFERENCES repository ON DELETE CASCADE,
    downloads     bigint NOT NULL
);

-- The random numbers of the pulls of a day, so that none counts twice; nothing else is kept with them. Days take turns
-- with four tables, and the one whose day is over is emptied whole.
CREATE TABLE pull_number (
    slot   smallint NOT NULL,
    number uuid     NOT NULL,
    PRIMARY KEY (slot, number)
) PARTITION BY LIST (slot);
CREATE TABLE pull_number_0 PARTITION OF pull_number FOR VALUES IN (0);
CREATE TABLE pull_number_1 PARTITION OF pull_number FOR VALUES IN (1);
CREATE TABLE pull_number_2 PARTITION OF pull_number FOR VALUES IN (2);
CREATE TABLE pull_number_3 PARTITION OF pull_number FOR VALUES IN (3);
