-- A column keeps its meaning for ever; a change of meaning is a new column in a new file.
-- Times are Unix seconds. `used` is when something was last stored here, which is what keeps it from being swept.

CREATE TABLE mailboxes (
    id      INTEGER PRIMARY KEY, -- below 2^31
    name    BLOB NOT NULL UNIQUE,
    read    BLOB NOT NULL,       -- hash of the capability
    write   BLOB NOT NULL,       -- hash of the capability
    last    INTEGER NOT NULL,    -- highest seq ever given
    commits INTEGER NOT NULL,    -- commits ever taken
    kept    INTEGER NOT NULL,    -- slots in the table below
    bytes   INTEGER NOT NULL,    -- of their bodies
    oldest  INTEGER,             -- when the first of them was stored
    used    INTEGER NOT NULL
) STRICT;
CREATE INDEX mailboxes_by_oldest ON mailboxes (oldest) WHERE oldest IS NOT NULL;
CREATE INDEX mailboxes_empty ON mailboxes (used) WHERE kept = 0;

CREATE TABLE slots (
    id      INTEGER PRIMARY KEY, -- mailbox * 2^32 + seq: a mailbox's slots lie together, in order
    kind    INTEGER NOT NULL,
    key     BLOB NOT NULL,       -- the append's idempotency key
    stored  INTEGER NOT NULL,
    body    BLOB NOT NULL,
    mailbox INTEGER GENERATED ALWAYS AS (id >> 32) VIRTUAL
) STRICT;
CREATE UNIQUE INDEX slots_by_key ON slots (mailbox, key);

CREATE TABLE blobs (
    id   INTEGER PRIMARY KEY,
    name BLOB NOT NULL UNIQUE,
    used INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX blobs_by_used ON blobs (used);

CREATE TABLE records (
    id      INTEGER PRIMARY KEY,
    name    BLOB NOT NULL UNIQUE,
    publish BLOB NOT NULL,       -- hash of the capability that bound the name
    version INTEGER NOT NULL,    -- its 64 bits, read as signed
    used    INTEGER NOT NULL,
    body    BLOB NOT NULL
) STRICT;
CREATE INDEX records_by_used ON records (used);

CREATE TABLE pools (
    id          INTEGER PRIMARY KEY,
    name        BLOB NOT NULL UNIQUE,
    publish     BLOB NOT NULL,   -- hash of the capability
    take        BLOB NOT NULL,   -- hash of the capability
    last_resort BLOB,
    used        INTEGER NOT NULL
) STRICT;
CREATE INDEX pools_by_used ON pools (used);

-- A package that was taken leaves its digest, so that the same one sent again is not handed out twice.
CREATE TABLE packages (
    id     INTEGER PRIMARY KEY,
    pool   INTEGER NOT NULL,
    digest BLOB NOT NULL,        -- SHA-256 of the body
    body   BLOB,
    taken  INTEGER,
    UNIQUE (pool, digest)
) STRICT;
CREATE INDEX packages_ready ON packages (pool) WHERE taken IS NULL;
CREATE INDEX packages_taken ON packages (taken) WHERE taken IS NOT NULL;
