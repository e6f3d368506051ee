//! Words, as the measures and the baselines see them.

use crate::porter;

/// How ROUGE cuts a text into words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tokenizer {
    /// Runs of `a-z0-9` in the lower-cased text, stemmed where longer than three: what `rouge_score` does with
    /// `use_stemmer=True`, and the default here because most published figures for English are made so.
    #[default]
    Stemmed,
    /// The same runs as they stand: `rouge_score` with `use_stemmer=False`.
    Plain,
    /// Words of any script, not stemmed. No figure made with it compares with one of the other two.
    Unicode,
}

impl Tokenizer {
    /// The words of a text, in order.
    #[must_use]
    pub fn tokens(self, text: &str) -> Vec<String> {
        match self {
            Self::Stemmed => ascii(text).map(|token| stem(&token)).collect(),
            Self::Plain => ascii(text).collect(),
            Self::Unicode => words(text),
        }
    }
}

/// The longest word that is left as it is: shorter ones have no ending to lose.
const UNSTEMMED_CHARS: usize = 3;

fn stem(token: &str) -> String {
    if token.len() > UNSTEMMED_CHARS {
        porter::stem(token)
    } else {
        token.to_owned()
    }
}

fn ascii(text: &str) -> impl Iterator<Item = String> {
    let lower = text.to_lowercase();
    let runs = lower.split(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit());
    runs.filter(|run| !run.is_empty())
        .map(str::to_owned)
        .collect::<Vec<_>>()
        .into_iter()
}

/// Lower-cased words of any script. Scripts that set no spaces give one word for each character.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut open = String::new();
    for c in text.to_lowercase().chars() {
        if stands_alone(c) {
            close(&mut open, &mut words);
            words.push(c.to_string());
        } else if c.is_alphanumeric() || (joins(c) && !open.is_empty()) {
            open.push(c);
        } else {
            close(&mut open, &mut words);
        }
    }
    close(&mut open, &mut words);
    words
}

fn close(open: &mut String, words: &mut Vec<String>) {
    if !open.is_empty() {
        words.push(std::mem::take(open));
    }
}

/// Signs inside a word that are neither letters nor digits: accents, Arabic and Indic marks, joiners.
fn joins(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036F}' | '\u{0591}'..='\u{05C7}' | '\u{064B}'..='\u{065F}' | '\u{093C}' | '\u{094D}'
        | '\u{09BC}' | '\u{09CD}' | '\u{0A4D}' | '\u{0ACD}' | '\u{0BCD}' | '\u{0C4D}' | '\u{0CCD}' | '\u{0D4D}'
        | '\u{200C}' | '\u{200D}')
}

fn stands_alone(c: char) -> bool {
    let unspaced = matches!(c,
        '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{3040}'..='\u{30FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}');
    unspaced && c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::{Tokenizer, words};

    #[test]
    fn stemmed_words_longer_than_three_lose_their_endings() {
        let text = "The cats' 2 boilers, leaking... AGAIN! was it ours";
        let stemmed = ["the", "cat", "2", "boiler", "leak", "again", "was", "it", "our"];
        let plain = [
            "the", "cats", "2", "boilers", "leaking", "again", "was", "it", "ours",
        ];
        assert_eq!(Tokenizer::default().tokens(text), stemmed);
        assert_eq!(Tokenizer::Plain.tokens(text), plain);
    }

    #[test]
    fn letters_beyond_ascii_part_the_words_of_the_ascii_tokenizers_only() {
        assert_eq!(
            Tokenizer::Plain.tokens("Ein Käse_brot"),
            ["ein", "k", "se", "brot"]
        );
        assert_eq!(
            Tokenizer::Unicode.tokens("Ein Käse_brot"),
            ["ein", "käse", "brot"]
        );
    }

    #[test]
    fn the_kelvin_sign_is_a_k_once_lower_cased() {
        assert_eq!(Tokenizer::Plain.tokens("5 \u{212A}g"), ["5", "kg"]);
    }

    #[test]
    fn words_of_other_scripts_stay_whole() {
        assert_eq!(words("क्या तुम आओगे?"), ["क्या", "तुम", "आओगे"]);
        assert_eq!(words("明日8時"), ["明", "日", "8", "時"]);
        assert_eq!(words("cafe\u{301} ’"), ["cafe\u{301}"]);
        assert!(words("🎉 … !").is_empty());
    }
}
