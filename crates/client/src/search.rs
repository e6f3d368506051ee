//! Finding messages by their words.
//!
//! All words have to be there, the last one may be a beginning; case and accents do not matter. What a person types is
//! never read as a query language: each word is quoted. Words are runs of letters, digits and marks, so a
//! script that is written without spaces is found from the beginning of a run only, and emoji are not found.

use rusqlite::{Connection, params};

use crate::api::{ChatId, Hit};
use crate::store::messages::{LINE, read_line};
use crate::store::{Result, Store, Tx, row_of, rows_of};

/// More words than this do not narrow a search.
const MOST_WORDS: usize = 32;

/// The messages that hold these words, newest first, at most so many; in one chat or in all.
///
/// # Errors
/// What the disk says.
pub fn find(store: &Store, words: &str, chat: Option<ChatId>, most: u32) -> Result<Vec<Hit>> {
    let Some(query) = query(words) else {
        return Ok(Vec::new());
    };
    store.transaction(bring_up_to_date)?;
    ask(store.connection(), &query, chat, most)
}

/// Puts the messages into the index that are not in it yet.
pub(crate) fn bring_up_to_date(tx: &Tx<'_>) -> Result<()> {
    let mut behind = tx.prepare_cached(
        "SELECT id, coalesce(up_to, 0) AS done, newest
         FROM (SELECT id, (SELECT n FROM messages WHERE id BETWEEN chats.id << 32 AND (chats.id << 32) + 4294967295
                           ORDER BY id DESC LIMIT 1) AS newest
               FROM chats)
         LEFT JOIN indexed ON chat = id
         WHERE newest > done ORDER BY id",
    )?;
    let mut add = tx.prepare_cached(
        "INSERT INTO messages_text (rowid, text) SELECT id, text FROM messages WHERE id > ?1 AND id <= ?2 ORDER BY id",
    )?;
    let mut note = tx.prepare_cached(
        "INSERT INTO indexed (chat, up_to) VALUES (?1, ?2) ON CONFLICT (chat) DO UPDATE SET up_to = excluded.up_to",
    )?;
    let behind = behind.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    for chat in behind.collect::<rusqlite::Result<Vec<(i64, u32, u32)>>>()? {
        let (chat, done, newest) = chat;
        add.execute([row_of(chat, done), row_of(chat, newest)])?;
        note.execute(params![chat, newest])?;
    }
    Ok(())
}

fn ask(connection: &Connection, query: &str, chat: Option<ChatId>, most: u32) -> Result<Vec<Hit>> {
    // In one chat messages come in the order of their rows, so the index can stop at the last hit that is wanted. Over all
    // chats, archives among them, it has to look at each: 0.7 s where a million messages hold the word.
    let order = if chat.is_some() {
        "m.id DESC"
    } else {
        "m.sent_at DESC, m.id DESC"
    };
    // First which, then what: the words of a hit that is not shown are not read.
    let sql = format!(
        "SELECT m.chat, c.title, {LINE}
         FROM (SELECT m.id AS id FROM messages_text JOIN messages AS m ON m.id = messages_text.rowid
               WHERE messages_text MATCH ?1 AND m.kind <> 2 AND messages_text.rowid BETWEEN ?2 AND ?3
               ORDER BY {hits} LIMIT ?4) AS hit
         JOIN messages AS m ON m.id = hit.id JOIN chats AS c ON c.id = m.chat
         ORDER BY {order}",
        hits = order.replace("m.id", "messages_text.rowid"),
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let (first, last) = chat.map_or((0, i64::MAX), |chat| rows_of(chat.0));
    let hits = statement.query_map(params![query, first, last, most], |row| {
        Ok(Hit {
            chat: ChatId(row.get("chat")?),
            title: row.get("title")?,
            message: read_line(row, 2)?,
        })
    })?;
    Ok(hits.collect::<rusqlite::Result<_>>()?)
}

/// The words as a query that holds nothing but quoted words; `None` where there are none.
fn query(words: &str) -> Option<String> {
    let quoted: Vec<String> = words
        .split_whitespace()
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .take(MOST_WORDS)
        .map(|word| format!("\"{}\"", word.replace('"', "\"\"").replace('\0', " ")))
        .collect();
    (!quoted.is_empty()).then(|| quoted.join(" ") + "*")
}

#[cfg(test)]
mod tests {
    use super::query;

    #[test]
    fn what_is_typed_is_quoted() {
        assert_eq!(query("tent friday").unwrap(), "\"tent\" \"friday\"*");
        assert_eq!(query("a\" OR text:b").unwrap(), "\"a\"\"\" \"OR\" \"text:b\"*");
        assert_eq!(query(" !! * \" "), None);
    }
}
