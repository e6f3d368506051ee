//! One message of Telegram's export.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::service;
use crate::Media;
use crate::time;

/// The fields that are used. Unknown ones are passed over, and so is a known one of an unexpected kind.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Message<'a> {
    #[serde(rename = "type", borrow)]
    pub kind: Loose<'a>,
    #[serde(borrow)]
    pub id: Loose<'a>,
    #[serde(borrow)]
    pub date: Loose<'a>,
    #[serde(borrow)]
    pub date_unixtime: Loose<'a>,
    #[serde(borrow)]
    pub edited: Loose<'a>,
    #[serde(borrow)]
    pub from: Loose<'a>,
    #[serde(borrow)]
    pub from_id: Loose<'a>,
    #[serde(borrow)]
    pub actor: Loose<'a>,
    #[serde(borrow)]
    pub actor_id: Loose<'a>,
    #[serde(borrow)]
    pub action: Loose<'a>,
    #[serde(borrow)]
    pub title: Loose<'a>,
    #[serde(borrow)]
    pub new_title: Loose<'a>,
    #[serde(borrow)]
    pub inviter: Loose<'a>,
    #[serde(borrow)]
    pub emoticon: Loose<'a>,
    #[serde(borrow)]
    pub information_text: Loose<'a>,
    #[serde(borrow)]
    pub discard_reason: Loose<'a>,
    pub members: Names,
    #[serde(borrow)]
    pub forwarded_from: Loose<'a>,
    #[serde(borrow)]
    pub reply_to_message_id: Loose<'a>,
    #[serde(borrow)]
    pub photo: Loose<'a>,
    #[serde(borrow)]
    pub file: Loose<'a>,
    #[serde(borrow)]
    pub media_type: Loose<'a>,
    #[serde(borrow)]
    pub sticker_emoji: Loose<'a>,
    #[serde(borrow)]
    pub place_name: Loose<'a>,
    pub location_information: Option<IgnoredAny>,
    pub contact_information: Option<IgnoredAny>,
    pub poll: Poll,
    pub text: Text,
    pub text_entities: Text,
}

impl Message<'_> {
    pub(super) fn at(&self) -> Option<time::Read> {
        self.date
            .text()
            .and_then(time::parse)
            .or_else(|| self.date_unixtime.text().and_then(time::parse))
    }

    pub(super) fn is_service(&self) -> bool {
        self.kind.text() == Some("service")
    }

    pub(super) fn is_unsupported(&self) -> bool {
        self.kind.text() == Some("unsupported")
    }

    /// Old exports wrote the year 1970 for "never".
    pub(super) fn is_edited(&self) -> bool {
        self.edited
            .text()
            .is_some_and(|edited| !edited.starts_with("1970"))
    }

    /// Files that were not exported have a sentence in brackets in place of their path.
    pub(super) fn media(&self) -> Option<Media> {
        let file = self.file.text().or(self.photo.text());
        match file {
            Some(path) if path.starts_with('(') || path.contains(" (File ") => Some(Media::Omitted),
            Some(_) => Some(Media::Attached),
            None if self.media_type.text().is_some() => Some(Media::Omitted),
            None => None,
        }
    }

    /// The text, or what can be said in words of a message that has none.
    pub(super) fn words(&mut self) -> String {
        if self.is_service() {
            return service::sentence(self);
        }
        for text in [&mut self.text.0, &mut self.text_entities.0] {
            if !text.is_empty() {
                return std::mem::take(text);
            }
        }
        self.wordless()
    }

    fn wordless(&self) -> String {
        if !self.poll.question.0.is_empty() {
            return self.poll.to_string();
        }
        if let Some(place) = self.place_name.text() {
            return place.to_owned();
        }
        self.sticker_emoji.text().unwrap_or_default().to_owned()
    }
}

/// A string or number as text; anything else as nothing.
#[derive(Default)]
pub(super) struct Loose<'a>(Option<Cow<'a, str>>);

impl Loose<'_> {
    /// The text, unless it is empty.
    pub(super) fn text(&self) -> Option<&str> {
        self.0.as_deref().filter(|text| !text.is_empty())
    }

    pub(super) fn number(&self) -> Option<i64> {
        self.0.as_deref()?.parse().ok()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Loose<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LooseVisitor).map(Self)
    }
}

struct LooseVisitor;

impl<'de> Visitor<'de> for LooseVisitor {
    type Value = Option<Cow<'de, str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(text)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(number.to_string())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(number.to_string())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(number.to_string())))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

/// A list of names; those of deleted accounts are null.
#[derive(Default)]
pub(super) struct Names(pub Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names: Option<Vec<Loose<'de>>> = Option::deserialize(deserializer)?;
        let names = names.unwrap_or_default();
        Ok(Self(
            names.iter().filter_map(Loose::text).map(str::to_owned).collect(),
        ))
    }
}

/// A poll: its question and answers, as a person would read them.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Poll {
    question: Text,
    answers: Vec<Answer>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Answer {
    text: Text,
}

impl fmt::Display for Poll {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.question.0)?;
        self.answers
            .iter()
            .try_for_each(|answer| write!(f, "\n- {}", answer.text.0))
    }
}

/// Text as a string, or as a list of strings and marked parts. A link behind other words is written out.
#[derive(Default)]
pub(super) struct Text(pub String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor).map(Self)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a list of parts")
    }

    fn visit_str<E>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_string<E>(self, text: String) -> Result<String, E> {
        Ok(text)
    }

    fn visit_i64<E>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_u64<E>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_f64<E>(self, number: f64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_bool<E>(self, _: bool) -> Result<String, E> {
        Ok(String::new())
    }

    fn visit_unit<E>(self) -> Result<String, E> {
        Ok(String::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<String, A::Error> {
        let mut text = String::new();
        while let Some(part) = seq.next_element::<Text>()? {
            text.push_str(&part.0);
        }
        Ok(text)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<String, A::Error> {
        let mut part = Part::default();
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            match key.as_ref() {
                "text" => part.text = map.next_value::<Text>()?.0,
                "href" => part.href = map.next_value::<Loose<'de>>()?.text().map(str::to_owned),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(part.written_out())
    }
}

#[derive(Default)]
struct Part {
    text: String,
    href: Option<String>,
}

impl Part {
    fn written_out(mut self) -> String {
        if let Some(href) = self.href.filter(|href| *href != self.text) {
            self.text.push_str(" (");
            self.text.push_str(&href);
            self.text.push(')');
        }
        self.text
    }
}
