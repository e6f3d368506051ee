//! What a model may write: GBNF, as llama.cpp reads it.
//!
//! The shape of the answer, the number of lines and of cited messages, the length of a line and the characters in it are
//! in the grammar. The numbers that may be cited are, too, where that takes no more than [`MOST_ID_BYTES`]; otherwise
//! any number can be written, and the check sorts them out. Nothing rests on the grammar: what comes back is parsed and
//! checked as if there were none.

use std::collections::BTreeMap;
use std::fmt::Write;

/// The longest text of a line, in characters. llama.cpp takes at most 2000 repetitions.
pub(crate) const LINE_CHARS: usize = 320;
/// The most messages that a line of a model is asked to cite.
pub(crate) const CITES: usize = 4;
/// The longest rule for the numbers that may be cited; a longer one would slow each token down.
const MOST_ID_BYTES: usize = 2048;

/// What no text may hold: quotes and backslashes end or change a JSON string, the others nobody sees.
const CHAR: &str = concat!(
    r#"char ::= [^"\\\x00-\x1F\x7F-\x9F\u00AD\u034F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F"#,
    r"\u2800\u3164\uFEFF\uFFA0\uFFF0-\uFFFF\U000E0000-\U000E0FFF]",
    " | \"\\\\\" [\"\\\\]\n"
);

/// `{"items":[{"text":"...","cites":[1,2]},...]}` with `fewest` to `most` items that cite `ids`.
pub(crate) fn items(ids: &[u32], fewest: usize, most: usize) -> String {
    let more = most.saturating_sub(1);
    let list = format!("item (\",\" item){{0,{more}}}");
    let list = if fewest == 0 { format!("({list})?") } else { list };
    let cites = CITES - 1;
    format!(
        "root ::= \"{{\\\"items\\\":[\" {list} \"]}}\"\n\
         item ::= \"{{\\\"text\\\":\\\"\" text \"\\\",\\\"cites\\\":[\" id (\",\" id){{0,{cites}}} \"]}}\"\n\
         text ::= char{{1,{LINE_CHARS}}}\n\
         {CHAR}{}",
        id_rule(ids)
    )
}

/// `{"text":"..."}`, where the text may have line breaks.
pub(crate) fn rewrite() -> String {
    format!("root ::= \"{{\\\"text\\\":\\\"\" (char | \"\\\\n\")+ \"\\\"}}\"\n{CHAR}")
}

fn id_rule(ids: &[u32]) -> String {
    let written: Vec<String> = ids.iter().map(u32::to_string).collect();
    let mut tails: Vec<&str> = written.iter().map(String::as_str).collect();
    tails.sort_unstable();
    tails.dedup();
    let exact = format!("id ::= {}\n", alternatives(&tails));
    if ids.is_empty() || exact.len() > MOST_ID_BYTES {
        "id ::= [1-9] [0-9]{0,9}\n".to_owned()
    } else {
        exact
    }
}

/// One of some runs of digits, sorted: first digits whose continuations are the same share a class. As deep as a number
/// has digits.
fn alternatives(tails: &[&str]) -> String {
    let mut heads: BTreeMap<char, Vec<&str>> = BTreeMap::new();
    let mut ends = false;
    for tail in tails {
        let mut rest = tail.chars();
        match rest.next() {
            Some(head) => heads.entry(head).or_default().push(rest.as_str()),
            None => ends = true,
        }
    }
    let mut classes: BTreeMap<String, String> = BTreeMap::new();
    for (head, tails) in &heads {
        classes.entry(alternatives(tails)).or_default().push(*head);
    }
    let mut out = String::new();
    for (at, (rest, heads)) in classes.iter().enumerate() {
        let bar = if at == 0 { "" } else { " | " };
        let space = if rest.is_empty() { "" } else { " " };
        write!(out, "{bar}[{heads}]{space}{rest}").expect("writing to a string cannot fail");
    }
    let is_one = classes.len() == 1 && !ends;
    match (out.is_empty(), ends) {
        (true, _) => out,
        (false, true) => format!("({out})?"),
        (false, false) if is_one => out,
        (false, false) => format!("({out})"),
    }
}

#[cfg(test)]
mod tests {
    use super::{id_rule, items};

    #[test]
    fn numbers_in_a_row_take_a_short_rule() {
        assert_eq!(id_rule(&[7]), "id ::= [7]\n");
        assert_eq!(id_rule(&[1, 2, 3]), "id ::= [123]\n");
        assert_eq!(id_rule(&[9, 10, 11]), "id ::= ([9] | [1] [01])\n");
        assert_eq!(id_rule(&[1, 12]), "id ::= [1] ([2])?\n");
        let row: Vec<u32> = (1..=5000).collect();
        assert!(id_rule(&row).len() < 200, "{}", id_rule(&row));
    }

    #[test]
    fn numbers_all_over_the_place_are_left_to_the_check() {
        let scattered: Vec<u32> = (0..2000).map(|n: u32| n.wrapping_mul(2_654_435_761)).collect();
        assert_eq!(id_rule(&scattered), "id ::= [1-9] [0-9]{0,9}\n");
        assert_eq!(id_rule(&[]), "id ::= [1-9] [0-9]{0,9}\n");
    }

    #[test]
    fn the_whole_grammar_is_small() {
        let row: Vec<u32> = (40_000..41_000).collect();
        assert!(items(&row, 1, 64).len() < 1200);
    }
}
