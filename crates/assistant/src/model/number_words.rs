//! Numbers that are spelled out, in the languages of the lexicon, and the signs of Chinese and Japanese.
//!
//! Words of one language that are common words of another (`once`, `sei`, `on`) are left out; some that are (`due`,
//! `cent`) count only inside a longer number.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::text;

/// A word behind a number that makes it larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Magnitude {
    /// So many zeros.
    Zeros(usize),
    /// A word that means different things in different languages; only itself is equal to it.
    Word(&'static str),
}

impl Magnitude {
    /// The forms of a number with it: with a tag, and written out where it is whole.
    pub(crate) fn forms_of(self, form: &str) -> Vec<String> {
        match self {
            Self::Zeros(zeros) => {
                let tagged = format!("{form}e{zeros}");
                if form.len() <= 18 && form.bytes().all(|byte| byte.is_ascii_digit()) {
                    vec![tagged, format!("{form}{}", "0".repeat(zeros))]
                } else {
                    vec![tagged]
                }
            }
            Self::Word(word) => vec![format!("{form} {word}")],
        }
    }
}

/// What a word behind a number makes of it; single letters count only where they touch it.
pub(crate) fn magnitude(word: &str, is_glued: bool) -> Option<Magnitude> {
    match word {
        "k" | "к" if is_glued => Some(Magnitude::Zeros(3)),
        "m" if is_glued => Some(Magnitude::Word("m")),
        "b" if is_glued => Some(Magnitude::Word("b")),
        "t" if is_glued => Some(Magnitude::Word("t")),
        "bn" => Some(Magnitude::Zeros(9)),
        "billion" | "billions" | "billionen" => Some(Magnitude::Word("billion")),
        "trillion" | "trillions" | "trillionen" => Some(Magnitude::Word("trillion")),
        _ => {
            let zeros = scale(word).or_else(|| word.chars().next().and_then(scale_sign))?;
            Some(Magnitude::Zeros(zeros))
        }
    }
}

/// The zeros of a word for a large number.
fn scale(word: &str) -> Option<usize> {
    Some(match word {
        "hundred" | "hundreds" | "cent" | "cents" | "hundert" | "cien" | "ciento" | "cientos" | "cem"
        | "cento" | "honderd" | "सौ" | "مائة" | "مئة" | "مية" => 2,
        "thousand" | "thousands" | "tausend" | "tsd" | "mil" | "mille" | "mila" | "duizend" | "हज़ार"
        | "हजार" | "hazaar" | "hazar" | "ألف" | "الف" | "آلاف" | "الاف" => 3,
        "lakh" | "lakhs" | "लाख" => 5,
        "million" | "millions" | "millionen" | "mio" | "mn" | "mln" | "millón" | "millon" | "millones"
        | "milhão" | "milhao" | "milhões" | "milhoes" | "milione" | "milioni" | "miljoen" | "مليون"
        | "ملايين" => 6,
        "crore" | "crores" | "करोड़" => 7,
        "milliarde" | "milliarden" | "mrd" | "milliard" | "milliards" | "miliardo" | "miliardi"
        | "miljard" | "مليار" => 9,
        _ => return None,
    })
}

fn scale_sign(c: char) -> Option<usize> {
    match c {
        '百' => Some(2),
        '千' => Some(3),
        '万' | '萬' => Some(4),
        '億' | '亿' => Some(8),
        '兆' => Some(12),
        _ => None,
    }
}

/// Values of words below a hundred. `one` is not among them: it is an article, too.
const WORDS: &[(u64, &str)] = &[
    (
        2,
        "two zwei deux dos dois duas due twee deux दो اثنان اثنين اثنتين 二 两 兩",
    ),
    (3, "three drei trois tres três tre drie तीन ثلاثة ثلاث 三"),
    (
        4,
        "four vier quatre cuatro quatro quattro चार أربعة أربع اربعة اربع 四",
    ),
    (5, "five fünf fuenf cinq cinco cinque vijf पाँच पांच خمسة خمس 五"),
    (6, "six sechs seis zes छह छः ستة ست 六"),
    (7, "seven sieben sept siete sete sette zeven सात سبعة سبع 七"),
    (8, "eight acht huit ocho oito otto आठ ثمانية ثماني ثمان 八"),
    (9, "nine neun neuf nueve nove negen नौ تسعة تسع 九"),
    (10, "ten zehn dix diez dez dieci tien दस عشرة عشر 十"),
    (11, "eleven elf onze undici ग्यारह أحد"),
    (
        12,
        "twelve zwölf zwoelf douze doce doze dodici twaalf dozen dutzend douzaine docena dúzia dozzina dozijn बारह",
    ),
    (13, "thirteen dreizehn treize trece treze tredici dertien तेरह"),
    (
        14,
        "fourteen vierzehn quatorze catorce catorze quattordici veertien चौदह",
    ),
    (
        15,
        "fifteen fünfzehn fuenfzehn quinze quince quindici vijftien पंद्रह पन्द्रह",
    ),
    (
        16,
        "sixteen sechzehn seize dieciséis dieciseis dezesseis dezasseis sedici zestien सोलह",
    ),
    (
        17,
        "seventeen siebzehn diecisiete dezessete dezassete diciassette zeventien सत्रह",
    ),
    (18, "eighteen achtzehn dieciocho dezoito diciotto achttien अठारह"),
    (
        19,
        "nineteen neunzehn diecinueve dezenove dezanove diciannove negentien उन्नीस",
    ),
    (
        20,
        "twenty zwanzig vingt veinte vinte venti twintig बीस عشرون عشرين",
    ),
    (21, "veintiuno veintiún ventuno"),
    (22, "veintidós veintidos ventidue"),
    (23, "veintitrés veintitres ventitré ventitre"),
    (24, "veinticuatro ventiquattro"),
    (25, "veinticinco venticinque पच्चीस"),
    (26, "veintiséis veintiseis ventisei"),
    (27, "veintisiete ventisette"),
    (28, "veintiocho ventotto"),
    (29, "veintinueve ventinove"),
    (
        30,
        "thirty dreißig dreissig trente treinta trinta trenta dertig तीस ثلاثون ثلاثين",
    ),
    (
        40,
        "forty vierzig quarante cuarenta quarenta quaranta veertig चालीस أربعون أربعين اربعين",
    ),
    (
        50,
        "fifty fünfzig fuenfzig cinquante cincuenta cinquenta cinquanta vijftig पचास خمسون خمسين",
    ),
    (
        60,
        "sixty sechzig soixante sesenta sessenta sessanta zestig साठ ستون ستين",
    ),
    (
        70,
        "seventy siebzig septante setenta settanta zeventig सत्तर سبعون سبعين",
    ),
    (
        80,
        "eighty achtzig huitante ochenta oitenta ottanta tachtig अस्सी ثمانون ثمانين",
    ),
    (
        90,
        "ninety neunzig nonante noventa novanta negentig नब्बे تسعون تسعين",
    ),
];

/// Words between two parts of one number.
const AND: [&str; 7] = ["and", "et", "y", "e", "und", "en", "و"];
/// Names, and common words of another language: read only inside a longer number.
const AMBIGUOUS: [&str; 7] = ["due", "दो", "cent", "cents", "otto", "mila", "tre"];

/// The values of the numbers that are spelled out, with digits.
pub(crate) fn values(text: &str) -> Vec<String> {
    let words = text::words(text);
    let lower: Vec<String> = words
        .iter()
        .map(|word| text.get(word.start..word.end).unwrap_or_default().to_lowercase())
        .collect();
    let mut found = Vec::new();
    let mut run = Run::default();
    let mut end = 0;
    for (word, lower) in words.iter().zip(&lower) {
        let gap = text.get(end..word.start).unwrap_or_default();
        let joins = gap.chars().all(|c| c == ' ' || c == '-');
        if !joins {
            found.extend(run.close());
        }
        end = word.end;
        if word.number().is_some() || lower.chars().all(|c| super::signs::digit(c).is_some()) {
            found.extend(run.close());
            run.is_behind_digits = true;
        } else if let Some(value) = value(lower) {
            run.add(value, lower);
        } else if let Some(zeros) = scale(lower).or_else(|| lower.chars().next().and_then(scale_sign)) {
            run.scale(zeros, lower);
        } else if !(run.is_open() && AND.contains(&lower.as_str())) {
            found.extend(run.close());
        }
    }
    found.extend(run.close());
    found
}

static VALUES: LazyLock<HashMap<&str, u64>> = LazyLock::new(|| {
    let row = |(value, words): &(u64, &'static str)| {
        words.split(' ').map(|word| (word, *value)).collect::<Vec<_>>()
    };
    WORDS.iter().flat_map(row).collect()
});

fn value(word: &str) -> Option<u64> {
    VALUES.get(word).copied().or_else(|| compound(word))
}

/// What German, Dutch and Italian make one word of: `fünfundzwanzig`, `viertausend`, `trecentocinquanta`.
const PARTS: &[(u64, &str)] = &[
    (0, "und en ën"),
    (1, "ein eine eins een uno"),
    (2, "zwei zwo twee due"),
    (3, "drei drie tre tré"),
    (4, "vier quattro"),
    (5, "fünf fuenf vijf cinque"),
    (6, "sechs zes sei"),
    (7, "sieben zeven sette"),
    (8, "acht otto"),
    (9, "neun negen nove"),
    (10, "zehn tien dieci"),
    (11, "elf undici"),
    (12, "zwölf zwoelf twaalf dodici"),
    (13, "dreizehn dertien"),
    (14, "vierzehn veertien"),
    (15, "fünfzehn fuenfzehn vijftien quindici"),
    (16, "sechzehn zestien sedici"),
    (17, "siebzehn zeventien"),
    (18, "achtzehn achttien"),
    (19, "neunzehn negentien"),
    (20, "zwanzig twintig venti vent"),
    (30, "dreißig dreissig dertig trenta trent"),
    (40, "vierzig veertig quaranta quarant"),
    (50, "fünfzig fuenfzig vijftig cinquanta cinquant"),
    (60, "sechzig zestig sessanta sessant"),
    (70, "siebzig zeventig settanta settant"),
    (80, "achtzig tachtig ottanta ottant"),
    (90, "neunzig negentig novanta novant"),
    (100, "hundert honderd cento cent"),
    (1000, "tausend duizend mila mille"),
];
/// The longest word that is taken apart, in bytes.
const LONGEST: usize = 64;

/// The value of a word that is made of parts and nothing else: the longest parts first, each place tried once.
fn compound(word: &str) -> Option<u64> {
    if !(6..=LONGEST).contains(&word.len()) {
        return None;
    }
    let mut waiting = vec![(word, 0_u64, 0_u64, 0_usize)];
    let mut tried = vec![false; word.len() + 1];
    while let Some((rest, total, part, parts)) = waiting.pop() {
        if rest.is_empty() {
            let value = total.saturating_add(part);
            return (parts > 1 && value > 1).then_some(value);
        }
        if std::mem::replace(tried.get_mut(rest.len())?, true) {
            continue;
        }
        let mut next: Vec<(&str, u64)> = PARTS
            .iter()
            .flat_map(|(value, words)| words.split(' ').map(move |word| (word, *value)))
            .filter_map(|(word, value)| Some((rest.strip_prefix(word)?, value)))
            .filter(|(rest, value)| *value > 0 || !rest.is_empty())
            .collect();
        // The last one pushed is tried first: the one that leaves least.
        next.sort_by_key(|(rest, _)| std::cmp::Reverse(rest.len()));
        for (rest, value) in next {
            let (total, part) = match value {
                100 => (total, part.max(1).saturating_mul(100)),
                1000 => (total.saturating_add(part.max(1).saturating_mul(1000)), 0),
                value => (total, part.saturating_add(value)),
            };
            waiting.push((rest, total, part, parts + 1));
        }
    }
    None
}

/// Number words that stand together: `three hundred and five`, `fünf tausend`, `三百`.
#[derive(Default)]
struct Run {
    total: u64,
    part: Option<u64>,
    words: usize,
    is_ambiguous: bool,
    is_behind_digits: bool,
}

impl Run {
    fn is_open(&self) -> bool {
        self.words > 0 && !self.is_ambiguous
    }

    fn add(&mut self, value: u64, word: &str) {
        self.is_ambiguous = self.words == 0 && AMBIGUOUS.contains(&word);
        self.words += 1;
        self.part = Some(self.part.unwrap_or(0).saturating_add(value));
    }

    fn scale(&mut self, zeros: usize, word: &str) {
        // The digits before it have it already.
        if self.is_behind_digits && self.words == 0 {
            return;
        }
        self.is_ambiguous = self.words == 0 && AMBIGUOUS.contains(&word);
        self.words += 1;
        let factor = 10_u64.saturating_pow(u32::try_from(zeros).unwrap_or(u32::MAX));
        let part = self.part.take().unwrap_or(1).saturating_mul(factor);
        if zeros == 2 {
            self.part = Some(part);
        } else {
            self.total = self.total.saturating_add(part);
        }
    }

    fn close(&mut self) -> Option<String> {
        let run = std::mem::take(self);
        let value = run.total.saturating_add(run.part.unwrap_or(0));
        (run.words > 0 && !run.is_ambiguous).then(|| value.to_string())
    }
}
