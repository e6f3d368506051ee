//! Porter's suffix stripping for English, in the variant of NLTK that `rouge_score` uses.
//!
//! M. F. Porter, "An algorithm for suffix stripping", Program 14(3), 1980. NLTK departs from the paper in a few rules;
//! each is marked here, because a figure differs in the second decimal without them. Words are lower-case `a-z0-9`;
//! a digit counts as a consonant.

/// The stem of a word.
pub(crate) fn stem(word: &str) -> String {
    if let Some(known) = irregular(word) {
        return known.to_owned();
    }
    if word.len() <= 2 || !word.is_ascii() {
        return word.to_owned();
    }
    let word = past_and_ing(&plural(word));
    let word = attributes(&suffixes(&final_y(&word)));
    last_l(&last_e(&endings(&word)))
}

/// NLTK's list of exceptions.
fn irregular(word: &str) -> Option<&'static str> {
    Some(match word {
        "sky" | "skies" => "sky",
        "dying" => "die",
        "lying" => "lie",
        "tying" => "tie",
        "news" => "news",
        "inning" | "innings" => "inning",
        "outing" | "outings" => "outing",
        "canning" | "cannings" => "canning",
        "howe" => "howe",
        "proceed" => "proceed",
        "exceed" => "exceed",
        "succeed" => "succeed",
        _ => return None,
    })
}

/// Step 1a. NLTK: `dies` becomes `die`, not `di`.
fn plural(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies") {
        return stem.to_owned() + if word.len() == 4 { "ie" } else { "i" };
    }
    if word.ends_with("ss") {
        return word.to_owned();
    }
    let stem = word.strip_suffix("sses").map(|stem| stem.to_owned() + "ss");
    stem.unwrap_or_else(|| word.strip_suffix('s').unwrap_or(word).to_owned())
}

/// Step 1b. NLTK: `died` becomes `die`, `spied` `spi`.
fn past_and_ing(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ied") {
        return stem.to_owned() + if word.len() == 4 { "ie" } else { "i" };
    }
    if let Some(stem) = word.strip_suffix("eed") {
        return if measure(stem) > 0 {
            stem.to_owned() + "ee"
        } else {
            word.to_owned()
        };
    }
    let stem = ["ed", "ing"].iter().find_map(|suffix| {
        let stem = word.strip_suffix(suffix)?;
        shape(stem).contains(&Sound::Vowel).then_some(stem)
    });
    stem.map_or_else(|| word.to_owned(), mend)
}

/// The rest of step 1b: what a verb looked like before `-ed` and `-ing`.
fn mend(stem: &str) -> String {
    let restored = ["at", "bl", "iz"].iter().any(|end| stem.ends_with(end));
    match doubled(stem) {
        _ if restored => stem.to_owned() + "e",
        Some('l' | 's' | 'z') => stem.to_owned(),
        Some(_) => stem.get(..stem.len() - 1).unwrap_or(stem).to_owned(),
        None if measure(stem) == 1 && ends_cvc(stem) => stem.to_owned() + "e",
        None => stem.to_owned(),
    }
}

/// Step 1c. NLTK: only behind a consonant, and not where that is all there is.
fn final_y(word: &str) -> String {
    match word.strip_suffix('y') {
        Some(stem) if stem.len() > 1 && shape(stem).last() == Some(&Sound::Consonant) => {
            stem.to_owned() + "i"
        }
        _ => word.to_owned(),
    }
}

/// Step 2. NLTK: `-alli` first and then again; `-fulli`; the `l` of `-logi` belongs to the stem.
fn suffixes(word: &str) -> String {
    const RULES: [(&str, &str); 21] = [
        ("ational", "ate"),
        ("tional", "tion"),
        ("enci", "ence"),
        ("anci", "ance"),
        ("izer", "ize"),
        ("bli", "ble"),
        ("alli", "al"),
        ("entli", "ent"),
        ("eli", "e"),
        ("ousli", "ous"),
        ("ization", "ize"),
        ("ation", "ate"),
        ("ator", "ate"),
        ("alism", "al"),
        ("iveness", "ive"),
        ("fulness", "ful"),
        ("ousness", "ous"),
        ("aliti", "al"),
        ("iviti", "ive"),
        ("biliti", "ble"),
        ("fulli", "ful"),
    ];
    if let Some(stem) = word.strip_suffix("alli").filter(|stem| measure(stem) > 0) {
        return suffixes(&(stem.to_owned() + "al"));
    }
    if let Some(stem) = word.strip_suffix("ogi").filter(|stem| stem.ends_with('l')) {
        return if measure(stem) > 0 {
            stem.to_owned() + "og"
        } else {
            word.to_owned()
        };
    }
    rewrite(word, &RULES, |stem| measure(stem) > 0)
}

/// Step 3.
fn attributes(word: &str) -> String {
    const RULES: [(&str, &str); 7] = [
        ("icate", "ic"),
        ("ative", ""),
        ("alize", "al"),
        ("iciti", "ic"),
        ("ical", "ic"),
        ("ful", ""),
        ("ness", ""),
    ];
    rewrite(word, &RULES, |stem| measure(stem) > 0)
}

/// Step 4.
fn endings(word: &str) -> String {
    const RULES: [(&str, &str); 18] = [
        ("al", ""),
        ("ance", ""),
        ("ence", ""),
        ("er", ""),
        ("ic", ""),
        ("able", ""),
        ("ible", ""),
        ("ant", ""),
        ("ement", ""),
        ("ment", ""),
        ("ent", ""),
        ("ou", ""),
        ("ism", ""),
        ("ate", ""),
        ("iti", ""),
        ("ous", ""),
        ("ive", ""),
        ("ize", ""),
    ];
    if let Some(stem) = word.strip_suffix("ion") {
        let goes = measure(stem) > 1 && stem.ends_with(['s', 't']);
        return if goes { stem } else { word }.to_owned();
    }
    rewrite(word, &RULES, |stem| measure(stem) > 1)
}

/// Step 5a.
fn last_e(word: &str) -> String {
    let goes = |stem: &&str| measure(stem) > 1 || (measure(stem) == 1 && !ends_cvc(stem));
    word.strip_suffix('e').filter(goes).unwrap_or(word).to_owned()
}

/// Step 5b.
fn last_l(word: &str) -> String {
    let shorter = word
        .strip_suffix('l')
        .filter(|stem| stem.ends_with('l') && measure(stem) > 1);
    shorter.unwrap_or(word).to_owned()
}

/// The first rule whose suffix fits decides, whether or not the rest of the word allows it.
fn rewrite(word: &str, rules: &[(&str, &str)], allows: impl Fn(&str) -> bool) -> String {
    let fits = rules
        .iter()
        .find_map(|(suffix, new)| word.strip_suffix(suffix).map(|stem| (stem, new)));
    match fits {
        Some((stem, new)) if allows(stem) => stem.to_owned() + new,
        _ => word.to_owned(),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sound {
    Vowel,
    Consonant,
}

/// A `y` is a vowel behind a consonant.
fn shape(word: &str) -> Vec<Sound> {
    let mut sounds = Vec::with_capacity(word.len());
    for c in word.chars() {
        let vowel = match c {
            'a' | 'e' | 'i' | 'o' | 'u' => true,
            'y' => sounds.last() == Some(&Sound::Consonant),
            _ => false,
        };
        sounds.push(if vowel { Sound::Vowel } else { Sound::Consonant });
    }
    sounds
}

/// The paper's m: how often a consonant follows a vowel.
fn measure(word: &str) -> usize {
    shape(word)
        .windows(2)
        .filter(|pair| *pair == [Sound::Vowel, Sound::Consonant])
        .count()
}

/// The paper's *d, and which letter it is.
fn doubled(word: &str) -> Option<char> {
    let mut letters = word.chars().rev();
    let (last, before) = (letters.next()?, letters.next()?);
    (last == before && shape(word).last() == Some(&Sound::Consonant)).then_some(last)
}

/// The paper's *o. NLTK: a word of a vowel and a consonant, too.
fn ends_cvc(word: &str) -> bool {
    match shape(word).as_slice() {
        [Sound::Vowel, Sound::Consonant] => true,
        [.., Sound::Consonant, Sound::Vowel, Sound::Consonant] => !word.ends_with(['w', 'x', 'y']),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::stem;

    /// Stems that NLTK 3 gave.
    #[test]
    fn stems_are_those_of_nltk() {
        let known = [
            ("caresses", "caress"),
            ("ponies", "poni"),
            ("ties", "tie"),
            ("dies", "die"),
            ("caress", "caress"),
            ("cats", "cat"),
            ("feed", "feed"),
            ("agreed", "agre"),
            ("plastered", "plaster"),
            ("bled", "bled"),
            ("motoring", "motor"),
            ("sing", "sing"),
            ("conflated", "conflat"),
            ("troubled", "troubl"),
            ("sized", "size"),
            ("hopping", "hop"),
            ("tanned", "tan"),
            ("falling", "fall"),
            ("hissing", "hiss"),
            ("fizzed", "fizz"),
            ("failing", "fail"),
            ("filing", "file"),
            ("happy", "happi"),
            ("sky", "sky"),
            ("skies", "sky"),
            ("enjoy", "enjoy"),
            ("spy", "spi"),
            ("try", "tri"),
            ("spied", "spi"),
            ("died", "die"),
            ("lying", "lie"),
            ("news", "news"),
            ("innings", "inning"),
            ("relational", "relat"),
            ("conditional", "condit"),
            ("rational", "ration"),
            ("hesitancy", "hesit"),
            ("digitizer", "digit"),
            ("conformably", "conform"),
            ("radically", "radic"),
            ("differently", "differ"),
            ("vilely", "vile"),
            ("analogously", "analog"),
            ("vietnamization", "vietnam"),
            ("predication", "predic"),
            ("operator", "oper"),
            ("feudalism", "feudal"),
            ("decisiveness", "decis"),
            ("hopefulness", "hope"),
            ("callousness", "callous"),
            ("formality", "formal"),
            ("sensitivity", "sensit"),
            ("sensibility", "sensibl"),
            ("triplicate", "triplic"),
            ("formative", "form"),
            ("formalize", "formal"),
            ("electricity", "electr"),
            ("electrical", "electr"),
            ("hopeful", "hope"),
            ("goodness", "good"),
            ("revival", "reviv"),
            ("allowance", "allow"),
            ("inference", "infer"),
            ("airliner", "airlin"),
            ("gyroscopic", "gyroscop"),
            ("adjustable", "adjust"),
            ("defensible", "defens"),
            ("irritant", "irrit"),
            ("replacement", "replac"),
            ("adjustment", "adjust"),
            ("dependent", "depend"),
            ("adoption", "adopt"),
            ("homologous", "homolog"),
            ("communism", "commun"),
            ("activate", "activ"),
            ("angularity", "angular"),
            ("effective", "effect"),
            ("bowdlerize", "bowdler"),
            ("probate", "probat"),
            ("rate", "rate"),
            ("cease", "ceas"),
            ("controlling", "control"),
            ("roll", "roll"),
            ("geology", "geolog"),
            ("archaeology", "archaeolog"),
            ("theology", "theolog"),
            ("gracefully", "grace"),
            ("occasionally", "occasion"),
            ("using", "use"),
            ("proceed", "proceed"),
            ("succeed", "succeed"),
            ("playing", "play"),
            ("yyyy", "yyyi"),
            ("eyed", "eye"),
            ("2nd", "2nd"),
            ("boilers", "boiler"),
            ("landlords12", "landlords12"),
            ("apologies", "apolog"),
            ("meetings", "meet"),
            ("generalizations", "gener"),
            ("oscillators", "oscil"),
            ("aging", "age"),
            ("owed", "owe"),
        ];
        for (word, expected) in known {
            assert_eq!(stem(word), expected, "{word}");
        }
    }

    #[test]
    fn what_is_no_english_word_comes_back() {
        for word in ["", "s", "ed", "käsen", "日本", "2024"] {
            assert_eq!(stem(word), word);
        }
    }
}
