//! The window's own words, in the person's language: Fluent, English and German.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

type Bundle = FluentBundle<FluentResource>;

static ENGLISH: LazyLock<Arc<Bundle>> =
    LazyLock::new(|| Arc::new(bundle("en", include_str!("../locales/en.ftl"))));
static GERMAN: LazyLock<Arc<Bundle>> =
    LazyLock::new(|| Arc::new(bundle("de", include_str!("../locales/de.ftl"))));

/// The words of one language.
#[derive(Clone)]
pub(crate) struct Words {
    language: &'static str,
    bundle: Arc<Bundle>,
}

impl Words {
    /// For what a browser asks for (`Accept-Language`, RFC 9110 section 12.5.4, in its order), or a person.
    pub(crate) fn for_request(asked: &str) -> Self {
        let wanted = asked
            .split(',')
            .filter_map(|part| part.split([';', '-']).next())
            .find_map(|language| match language.trim().to_ascii_lowercase().as_str() {
                "de" => Some("de"),
                "en" => Some("en"),
                _ => None,
            });
        match wanted {
            Some("de") => Self {
                language: "de",
                bundle: Arc::clone(&GERMAN),
            },
            _ => Self {
                language: "en",
                bundle: Arc::clone(&ENGLISH),
            },
        }
    }

    /// For the attribute `lang`.
    pub(crate) fn language(&self) -> &'static str {
        self.language
    }

    /// Words without gaps.
    pub(crate) fn say(&self, key: &str) -> String {
        self.fill(key, &FluentArgs::new())
    }

    /// Words with one gap.
    pub(crate) fn with<'a>(&self, key: &str, name: &'a str, value: impl Into<FluentValue<'a>>) -> String {
        let mut args = FluentArgs::new();
        args.set(Cow::Borrowed(name), value);
        self.fill(key, &args)
    }

    /// Words with gaps.
    pub(crate) fn fill(&self, key: &str, args: &FluentArgs<'_>) -> String {
        let pattern = self.bundle.get_message(key).and_then(|message| message.value());
        debug_assert!(pattern.is_some(), "no words for {key}");
        let Some(pattern) = pattern else {
            return key.to_owned();
        };
        let mut faults = Vec::new();
        let words = self.bundle.format_pattern(pattern, Some(args), &mut faults);
        debug_assert!(faults.is_empty(), "{key}: {faults:?}");
        words.into_owned()
    }
}

/// The gaps of a message.
macro_rules! gaps {
    ($($name:literal => $value:expr),* $(,)?) => {{
        let mut args = fluent_bundle::FluentArgs::new();
        $( args.set($name, $value); )*
        args
    }};
}
pub(crate) use gaps;

fn bundle(language: &str, source: &str) -> Bundle {
    let language: LanguageIdentifier = language.parse().expect("both are languages (BCP 47)");
    let resource = FluentResource::try_new(source.to_owned())
        .map_err(|(_, faults)| faults)
        .expect("the words of this language can be read, as the test below shows");
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    bundle
        .add_resource(resource)
        .expect("no key stands twice, as the test below shows");
    bundle
}

#[cfg(test)]
mod tests {
    use super::Words;
    use std::collections::BTreeMap;

    const ENGLISH: &str = include_str!("../locales/en.ftl");
    const GERMAN: &str = include_str!("../locales/de.ftl");

    /// Each key and the gaps that its words have.
    fn keys(source: &str) -> BTreeMap<String, Vec<String>> {
        let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut key = String::new();
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, _)) = line
                .split_once(" =")
                .filter(|_| !line.starts_with([' ', '[', '*', '}']))
            {
                key = name.to_owned();
                assert!(
                    keys.insert(key.clone(), Vec::new()).is_none(),
                    "{key} stands twice"
                );
            }
            for part in line.split('$').skip(1) {
                let gap: String = part
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '-')
                    .collect();
                let gaps = keys.get_mut(&key).unwrap();
                if !gaps.contains(&gap) {
                    gaps.push(gap);
                    gaps.sort();
                }
            }
        }
        keys
    }

    #[test]
    fn both_languages_say_the_same_things() {
        assert_eq!(keys(ENGLISH), keys(GERMAN));
    }

    #[test]
    fn each_key_that_the_pages_use_is_there_and_each_that_is_there_is_used() {
        let mut used = String::new();
        for file in walk(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
            used.push_str(&std::fs::read_to_string(file).unwrap());
        }
        for key in keys(ENGLISH).keys() {
            let stem = key.trim_end_matches(|c: char| c.is_ascii_digit());
            assert!(
                used.contains(&format!("\"{key}\"")) || used.contains(&format!("\"{stem}{{")),
                "nobody says {key}"
            );
        }
    }

    fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
        let entries = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        entries
            .flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] })
            .collect()
    }

    #[test]
    fn the_first_language_that_is_known_is_spoken() {
        for (asked, spoken) in [
            ("de-DE,de;q=0.9,en;q=0.8", "de"),
            ("fr, de;q=0.5", "de"),
            ("en-GB", "en"),
            ("fr", "en"),
            ("", "en"),
            ("\u{0},;;--", "en"),
        ] {
            assert_eq!(Words::for_request(asked).language(), spoken, "{asked}");
        }
    }
}
