//! WhatsApp's "export chat".
//!
//! Each line of an export that begins a message has a header: date, time and name, in the form of the phone's
//! language. Two passes are made: the first learns the form of this file's headers, the order of its dates and the
//! names that recur; the second reads. A line without a header of that form continues the message before it.
//!
//! Not read: dates without a year (Android wrote them for the running year until about 2015), and the Islamic
//! calendar, whose months cannot be computed; lines dated by it are listed.

mod calendar;
mod clock;
mod cursor;
mod header;
mod marks;
mod order;
mod people;
mod phrases;
mod survey;
mod turns;

use std::sync::Arc;

use jiff::civil::{Date, DateTime};

use self::calendar::Fields;
use self::header::{Header, Headers};
use self::marks::Phrases;
use self::people::{Said, Splitter};
use self::survey::{Order, Survey, survey};
use crate::input::{Input, Pass};
use crate::sink::{Draft, MAX_MESSAGE_BYTES, Sink, Stopped};
use crate::{DateOrder, ImportError, Kind, Options, Reason};

pub(crate) fn read(input: &Input<'_>, options: &Options<'_>, sink: &mut Sink<'_>) -> Result<(), ImportError> {
    let phrases = Phrases::new();
    let Survey {
        mut orders,
        mixed,
        people,
        main,
    } = survey(input, options, &phrases)?;
    sink.report.date_order = Some(main.order);
    sink.report.date_order_evidence = Some(main.evidence);
    sink.report.date_orders_mixed = mixed;
    let mut reader = Reader {
        sink,
        splitter: Splitter::new(people),
        phrases,
        state: State::Before,
    };
    let mut headers = Headers::default();
    let mut days = Days { last: None };
    let mut lines = input.lines(options, Pass { number: 2, of: 2 })?;
    while let Some(line) = lines.next()? {
        if line.damaged {
            reader.sink.skip(line.number, Reason::BadEncoding);
        }
        if line.cut {
            reader.sink.skip(line.number, Reason::LineTooLong);
        }
        let own = headers
            .parse(&line.text)
            .and_then(|header| Some((header, own_order(&mut orders, &header)?)));
        let step = match own {
            Some((header, order)) => match days.at(&header, order) {
                Ok(at) => reader.begin(&header, at, line.number),
                Err(reason) => reader.refuse(line.number, reason),
            },
            None => {
                reader.go_on(&line.text, line.number);
                Ok(())
            }
        };
        if let Err(Stopped) = step {
            return Ok(());
        }
    }
    // Whether the caller wants more no longer matters.
    let _ = reader.flush();
    Ok(())
}

/// The order of dates for a header that is the file's own.
fn own_order(orders: &mut [Order], header: &Header<'_>) -> Option<DateOrder> {
    orders
        .iter_mut()
        .find(|order| order.shape == header.shape)
        .map(Order::next)
}

/// Days, of which the last is remembered: most headers repeat it.
struct Days {
    last: Option<(Fields, DateOrder, Result<Date, Reason>)>,
}

impl Days {
    fn at(&mut self, header: &Header<'_>, order: DateOrder) -> Result<DateTime, Reason> {
        let day = match self.last {
            Some((fields, last, day)) if fields == header.date && last == order => day,
            _ => header.date.day(order),
        };
        self.last = Some((header.date, order, day));
        Ok(day?.to_datetime(header.time.ok_or(Reason::ImpossibleDate)?))
    }
}

struct Reader<'s, 'd> {
    sink: &'s mut Sink<'d>,
    splitter: Splitter,
    phrases: Phrases,
    state: State,
}

enum State {
    /// Nothing has begun.
    Before,
    Message(Open),
    /// A message that could not be read goes on.
    Refused,
}

/// A message whose further lines may follow.
struct Open {
    at: DateTime,
    author: Option<Arc<str>>,
    text: String,
    bracket: bool,
    line: u64,
}

impl Reader<'_, '_> {
    fn begin(&mut self, header: &Header<'_>, at: DateTime, line: u64) -> Result<(), Stopped> {
        self.flush()?;
        let (author, said) = match self.splitter.split(header.rest) {
            Said::Person(author, text) => (Some(author), text),
            Said::System(text) => (None, text),
        };
        let text = said.to_owned();
        self.state = State::Message(Open {
            at,
            author,
            text,
            bracket: header.shape.bracket,
            line,
        });
        Ok(())
    }

    fn refuse(&mut self, line: u64, reason: Reason) -> Result<(), Stopped> {
        self.flush()?;
        self.sink.skip(line, reason);
        self.state = State::Refused;
        Ok(())
    }

    fn go_on(&mut self, text: &str, line: u64) {
        let reason = match &mut self.state {
            State::Message(open) if open.text.len().saturating_add(text.len()) < MAX_MESSAGE_BYTES => {
                open.text.push('\n');
                open.text.push_str(text);
                return;
            }
            State::Message(_) => Reason::MessageTooLong,
            State::Refused => Reason::PartOfSkipped,
            State::Before => Reason::BeforeFirstMessage,
        };
        if !text.trim().is_empty() {
            self.sink.skip(line, reason);
        }
    }

    fn flush(&mut self) -> Result<(), Stopped> {
        let State::Message(open) = std::mem::replace(&mut self.state, State::Refused) else {
            return Ok(());
        };
        let mut text = open.text;
        let kept = text.trim_end_matches('\n').len();
        text.truncate(kept);
        let marks = self.phrases.take_off(&mut text, open.bracket);
        let author = open.author.filter(|_| !marks.notice);
        let kind = if author.is_some() {
            Kind::Message
        } else {
            Kind::System
        };
        let mut draft = Draft::new(open.at, kind, text);
        draft.author = author;
        draft.edited = marks.edited;
        draft.deleted = marks.deleted;
        draft.media = marks.media;
        self.sink.push(draft, None, open.line)
    }
}
