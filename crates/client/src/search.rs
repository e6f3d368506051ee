//! Finding messages by their words.
//!
//! All words have to be there, the last one may be a beginning; case and accents do not matter. What a person types is
//! never read as a query language: each word is quoted. Words are runs of letters, digits and marks, so a
//! script that is written without spaces is found from the beginning of a run only, and emoji are not found.

use rusqlite::{Connection, params};

use crate::api::{ChatId, Hit};
use crate::store::messages::{LINE, read_line};
use crate::store::{Result, Store, Tx};

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
    let from: i64 = tx.query_row("SELECT up_to FROM indexed", [], |row| row.get(0))?;
    let to: Option<i64> = tx.query_row("SELECT max(id) FROM messages", [], |row| row.get(0))?;
    let Some(to) = to.filter(|to| *to > from) else {
        return Ok(());
    };
    tx.execute(
        "INSERT INTO messages_text (rowid, text) SELECT id, text FROM messages WHERE id > ?1 AND id <= ?2 ORDER BY id",
        [from, to],
    )?;
    tx.execute("UPDATE indexed SET up_to = ?1", [to])?;
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
               WHERE messages_text MATCH ?1 AND m.kind <> 2 AND (?2 IS NULL OR m.chat = ?2)
               ORDER BY {hits} LIMIT ?3) AS hit
         JOIN messages AS m ON m.id = hit.id JOIN chats AS c ON c.id = m.chat
         ORDER BY {order}",
        hits = order.replace("m.id", "messages_text.rowid"),
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let hits = statement.query_map(params![query, chat.map(|chat| chat.0), most], |row| {
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
