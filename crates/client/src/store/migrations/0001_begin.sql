-- The first version. Columns never change their meaning; a chat's id is never used twice.
--
-- Each page that a message changes is encrypted and written before the message counts. So what comes with every message stands in
-- few tables with few indexes: the rows of messages and of the outbox are numbered by chat and place, chat * 2^32 + place, which is
-- their order in the file; what would have to be counted is carried on from row to row.
-- Times are Unix seconds, the largest integer means never. Ceilings: 0 off, 1 on-device, 2 confidential.

CREATE TABLE account (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,
    server TEXT NOT NULL,
    account_public BLOB NOT NULL CHECK (length(account_public) = 32),
    account_secret BLOB NOT NULL,
    device_public BLOB NOT NULL CHECK (length(device_public) = 32),
    device_secret BLOB NOT NULL,
    hpke_public BLOB NOT NULL,
    hpke_secret BLOB NOT NULL,
    inbox_read BLOB NOT NULL CHECK (length(inbox_read) = 32),
    inbox_write BLOB NOT NULL CHECK (length(inbox_write) = 32),
    pool_publish BLOB NOT NULL CHECK (length(pool_publish) = 32),
    pool_take BLOB NOT NULL CHECK (length(pool_take) = 32),
    pool_key BLOB NOT NULL CHECK (length(pool_key) = 32),
    record_publish BLOB NOT NULL CHECK (length(record_publish) = 32),
    record_version INTEGER NOT NULL CHECK (record_version >= 0),
    notes BLOB NOT NULL
) STRICT;

-- How far the device's own inbox was read.
CREATE TABLE inbox (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    position INTEGER NOT NULL CHECK (position >= 0),
    digest BLOB NOT NULL CHECK (length(digest) = 32)
) STRICT;

-- Small things that the engine keeps.
CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE chats (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- 0 invited, 1 live, 2 archive, 3 left, 4 removed, 5 rejoining.
    state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 5),
    title TEXT NOT NULL,
    group_id BLOB UNIQUE,
    server TEXT,
    -- What the members agree to now, as `Consent::into_parts`.
    consent_most INTEGER NOT NULL CHECK (consent_most BETWEEN 0 AND 2),
    consent_until INTEGER NOT NULL CHECK (consent_until >= 0),
    read_up_to INTEGER NOT NULL DEFAULT 0 CHECK (read_up_to >= 0),
    -- Of an archive: its times are local ones of the exporter, kept as if they were UTC.
    civil_times INTEGER NOT NULL DEFAULT 0 CHECK (civil_times IN (0, 1)),
    -- Of an archive: 3/4 in its messages means the fourth of March.
    month_first INTEGER NOT NULL DEFAULT 0 CHECK (month_first IN (0, 1)),
    -- Bytes that the engine keeps with the chat.
    notes BLOB NOT NULL
) STRICT;

CREATE TABLE mailboxes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    epoch INTEGER NOT NULL CHECK (epoch >= 0),
    name BLOB NOT NULL UNIQUE CHECK (length(name) = 32),
    read BLOB NOT NULL CHECK (length(read) = 32),
    write BLOB NOT NULL CHECK (length(write) = 32),
    wrap BLOB NOT NULL CHECK (length(wrap) = 32),
    -- The chain before its first slot.
    start BLOB NOT NULL CHECK (length(start) = 32),
    is_previous INTEGER NOT NULL DEFAULT 0 CHECK (is_previous IN (0, 1)),
    UNIQUE (chat, epoch, name)
) STRICT;

-- The slots that were read: the chain at each, to compare with what others saw, and how many commits stand up to it. The last is
-- how far the mailbox was read.
CREATE TABLE slots (
    mailbox INTEGER NOT NULL REFERENCES mailboxes (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL CHECK (seq > 0),
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    commits INTEGER NOT NULL CHECK (commits >= 0),
    PRIMARY KEY (mailbox, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE messages (
    id INTEGER PRIMARY KEY CHECK (id & 4294967295 >= 1),
    chat INTEGER GENERATED ALWAYS AS (id >> 32) VIRTUAL,
    n INTEGER GENERATED ALWAYS AS (id & 4294967295) VIRTUAL,
    message_id BLOB CHECK (length(message_id) = 32),
    -- 0 a person's words, 1 a line of the messenger, 2 a person's message of which only a notice is left.
    kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),
    author TEXT,
    account BLOB,
    mine INTEGER NOT NULL CHECK (mine IN (0, 1)),
    sent_at INTEGER NOT NULL CHECK (sent_at >= 0),
    received_at INTEGER NOT NULL CHECK (received_at >= 0),
    text TEXT NOT NULL,
    reply_to_id BLOB CHECK (length(reply_to_id) = 32),
    reply_to_n INTEGER,
    -- What the members agreed to when it was sent.
    consent_most INTEGER NOT NULL CHECK (consent_most BETWEEN 0 AND 2),
    consent_until INTEGER NOT NULL CHECK (consent_until >= 0),
    never_ai INTEGER NOT NULL CHECK (never_ai IN (0, 1)),
    drafted_with_ai INTEGER NOT NULL CHECK (drafted_with_ai IN (0, 1)),
    -- 0 received, 1 queued, 2 sent.
    delivery INTEGER NOT NULL CHECK (delivery BETWEEN 0 AND 2),
    slot_epoch INTEGER,
    slot_seq INTEGER,
    -- Up to this message: how many others wrote in this chat (lines of the messenger are nobody's), and the number of the last own
    -- one, 0 for none.
    others INTEGER NOT NULL CHECK (others >= 0),
    last_own INTEGER NOT NULL CHECK (last_own >= 0)
) STRICT;

-- What waits to be sent nobody else can name yet: it comes into the index with the acknowledgement, when nobody waits for that.
CREATE UNIQUE INDEX messages_by_id ON messages (chat, message_id) WHERE message_id IS NOT NULL AND delivery <> 1;
CREATE INDEX messages_of_mine_by_slot ON messages (chat, slot_epoch, slot_seq) WHERE mine = 1 AND slot_seq IS NOT NULL;

-- Numbers that another messenger gave, so that answers in an archive find what they answer.
CREATE TABLE archive_ids (
    chat INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    id INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (chat, id)
) STRICT, WITHOUT ROWID;

-- Marks belong to words: Devanagari would fall apart at its vowel signs otherwise.
CREATE VIRTUAL TABLE messages_text USING fts5 (
    text,
    content = 'messages',
    content_rowid = 'id',
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M* Co'"
);
INSERT INTO messages_text (messages_text, rank) VALUES ('secure-delete', 1);

-- The index of words is brought up to date before it is asked: with each message it would be half of what is written.
CREATE TABLE indexed (
    chat INTEGER PRIMARY KEY,
    up_to INTEGER NOT NULL
) STRICT;

CREATE TRIGGER messages_deleted AFTER DELETE ON messages
WHEN old.id & 4294967295 <= (SELECT up_to FROM indexed WHERE chat = old.id >> 32) BEGIN
    INSERT INTO messages_text (messages_text, rowid, text) VALUES ('delete', old.id, old.text);
END;
CREATE TRIGGER messages_updated AFTER UPDATE OF text ON messages
WHEN old.id & 4294967295 <= (SELECT up_to FROM indexed WHERE chat = old.id >> 32) BEGIN
    INSERT INTO messages_text (messages_text, rowid, text) VALUES ('delete', old.id, old.text);
    INSERT INTO messages_text (rowid, text) VALUES (new.id, new.text);
END;

-- What waits for a server, in order. Written in the clear (this file is encrypted), encrypted when it is about to leave.
CREATE TABLE outbox (
    -- Chat 0 is none.
    id INTEGER PRIMARY KEY,
    chat INTEGER GENERATED ALWAYS AS (nullif(id >> 32, 0)) VIRTUAL,
    -- 0 message, 1 control (a message without a line of its own), 2 commit, 3 notice, 4 inbox (for the device at `target`).
    kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 4),
    n INTEGER,
    content BLOB NOT NULL,
    target BLOB,
    epoch INTEGER,
    idempotency_key BLOB CHECK (length(idempotency_key) = 16),
    ciphertext BLOB,
    CHECK ((epoch IS NULL) = (ciphertext IS NULL) AND (idempotency_key IS NULL) = (ciphertext IS NULL))
) STRICT;

-- A reference would want an index.
CREATE TRIGGER chats_deleted BEFORE DELETE ON chats BEGIN
    DELETE FROM messages WHERE id BETWEEN old.id << 32 AND (old.id << 32) + 4294967295;
    DELETE FROM outbox WHERE id BETWEEN old.id << 32 AND (old.id << 32) + 4294967295;
    DELETE FROM indexed WHERE chat = old.id;
END;

CREATE TABLE invitations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat INTEGER UNIQUE REFERENCES chats (id) ON DELETE CASCADE,
    sealed BLOB NOT NULL,
    received_at INTEGER NOT NULL CHECK (received_at >= 0)
) STRICT;

CREATE TABLE people (
    account BLOB PRIMARY KEY CHECK (length(account) = 32),
    name TEXT NOT NULL,
    first_seen INTEGER NOT NULL CHECK (first_seen >= 0),
    verified_at INTEGER CHECK (verified_at >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE journal (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL CHECK (at >= 0),
    chat TEXT NOT NULL,
    task TEXT NOT NULL,
    engine TEXT NOT NULL,
    place INTEGER NOT NULL CHECK (place BETWEEN 0 AND 2),
    messages INTEGER NOT NULL CHECK (messages >= 0),
    ceiling INTEGER NOT NULL CHECK (ceiling BETWEEN 0 AND 2),
    outcome TEXT NOT NULL
) STRICT;
