//! The text of an export, wherever it lies: the file itself, or a file in a zip.

use std::io::{self, Read};

use crate::lines::{Lines, read_some};
use crate::text::Decoded;
use crate::{ImportError, Options, Progress, Source, detect, zip};

/// How much of a file is looked at to tell what it is.
pub(crate) const HEAD_BYTES: usize = 64 * 1024;

/// How many bytes pass between two calls of the progress callback.
const PROGRESS_STEP: u64 = 1024 * 1024;

type Open<'s> = dyn Fn() -> io::Result<Box<dyn Read + 's>> + 's;

/// Text that can be read again from its beginning.
pub(crate) struct Input<'s> {
    open: Box<Open<'s>>,
    size: u64,
}

/// Which pass over the text this is.
#[derive(Clone, Copy)]
pub(crate) struct Pass {
    pub number: u8,
    pub of: u8,
}

impl<'s> Input<'s> {
    /// Looks whether a source is a zip, and refuses what no messenger exports.
    pub(crate) fn of<S: Source + ?Sized>(source: &'s S) -> Result<Self, ImportError> {
        let head = head(source.open()?)?;
        if detect::is_zip(&head) {
            let member = zip::find(source)?;
            let open = move || Ok(Box::new(member.open(source)?) as Box<dyn Read + 's>);
            return Ok(Self {
                open: Box::new(open),
                size: member.size(),
            });
        }
        let open = move || Ok(Box::new(source.open()?) as Box<dyn Read + 's>);
        Ok(Self {
            open: Box::new(open),
            size: source.size(),
        })
    }

    /// The first bytes, as they are.
    pub(crate) fn head(&self) -> io::Result<Vec<u8>> {
        head((self.open)()?)
    }

    /// The text as UTF-8 bytes.
    pub(crate) fn text<'o>(&self, options: &Options<'o>, pass: Pass) -> io::Result<Decoded<Counted<'s, 'o>>> {
        let counted = Counted {
            reader: (self.open)()?,
            progress: options.progress,
            pass,
            read: 0,
            told: 0,
            of: self.size,
        };
        Ok(Decoded::new(counted))
    }

    /// The text in lines.
    pub(crate) fn lines<'o>(
        &self,
        options: &Options<'o>,
        pass: Pass,
    ) -> io::Result<Lines<Decoded<Counted<'s, 'o>>>> {
        Ok(Lines::new(self.text(options, pass)?))
    }
}

fn head(mut reader: impl Read) -> io::Result<Vec<u8>> {
    let mut head = vec![0; HEAD_BYTES];
    let mut held = 0_usize;
    loop {
        let read = read_some(&mut reader, head.get_mut(held..).unwrap_or_default())?;
        if read == 0 {
            break;
        }
        held = held.saturating_add(read);
    }
    head.truncate(held);
    Ok(head)
}

/// Tells the caller how far the reading is.
pub(crate) struct Counted<'s, 'o> {
    reader: Box<dyn Read + 's>,
    progress: Option<&'o dyn Fn(Progress)>,
    pass: Pass,
    read: u64,
    told: u64,
    of: u64,
}

impl Read for Counted<'_, '_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(into)?;
        self.read = self.read.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        if let Some(progress) = self.progress
            && (read == 0 || self.read.saturating_sub(self.told) >= PROGRESS_STEP)
        {
            self.told = self.read;
            progress(Progress {
                bytes: self.read,
                of: self.of,
                pass: self.pass.number,
                passes: self.pass.of,
            });
        }
        Ok(read)
    }
}
