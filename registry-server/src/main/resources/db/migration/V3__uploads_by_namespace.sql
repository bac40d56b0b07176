-- How many uploads a namespace has open is asked at every new one.
ALTER TABLE upload
    ADD COLUMN namespace text COLLATE "C" GENERATED ALWAYS AS (split_part(repository, '/', 1)) STORED;
CREATE INDEX upload_namespace ON upload (namespace);
