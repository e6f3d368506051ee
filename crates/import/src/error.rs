//! Why a file could not be read at all, and what to do about it.

use std::io;

/// Why a file could not be read. Each message says what to do next, and none holds anything of the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The source failed.
    #[error("the file could not be read: {0}")]
    Io(io::Error),
    /// No bytes, or nothing but blanks.
    #[error("the file is empty; export the chat again")]
    Empty,
    /// A web page.
    #[error(
        "this looks like a web page; in Telegram export again and choose \"Machine-readable JSON\", \
         in WhatsApp use \"Export chat\""
    )]
    Html,
    /// A PDF.
    #[error("this looks like a PDF; export the chat as text: in WhatsApp, chat > More > Export chat")]
    Pdf,
    /// A picture.
    #[error("this looks like a picture; export the chat as text: in WhatsApp, chat > More > Export chat")]
    Image,
    /// Sound or film.
    #[error(
        "this looks like audio or video; export the chat as text: in WhatsApp, chat > More > Export chat"
    )]
    AudioVideo,
    /// A database or an encrypted backup of a messenger.
    #[error(
        "this looks like a messenger's database or backup; use the messenger's own readable export instead: \
         \"Export chat\" in WhatsApp, \"Export chat history\" in Telegram and Signal"
    )]
    Database,
    /// Delta Chat's backup: it has no readable export.
    #[error(
        "this looks like a Delta Chat backup; Delta Chat has no readable export yet, and its backup cannot be read here"
    )]
    DeltaChatBackup,
    /// An archive of another kind than zip.
    #[error("this is an archive that cannot be opened here; unpack it and give the chat file inside")]
    OtherArchive,
    /// Bytes that are not text.
    #[error("this is not a text file; export the chat as text and give that file")]
    Binary,
    /// Text that is no known export.
    #[error(
        "no line of this file looks like an exported message; known are WhatsApp \"Export chat\" (.txt or .zip), \
         Telegram result.json, Signal main.jsonl, and one JSON object a line with \"at\", \"author\", \"text\""
    )]
    UnknownText,
    /// JSON that is no known export.
    #[error(
        "this is JSON, but no known export; known are Telegram result.json, Signal main.jsonl, and one JSON object \
         a line with \"at\", \"author\", \"text\""
    )]
    UnknownJson,
    /// JSON nested deeper than any export.
    #[error("line {line}: the JSON is nested too deeply for an export; export the chat again")]
    TooDeep {
        /// Where.
        line: u64,
    },
    /// JSON whose brackets do not match.
    #[error("line {line}: the JSON is damaged; export the chat again")]
    Malformed {
        /// Where.
        line: u64,
    },
    /// The chat that was asked for is not in the file.
    #[error("there is no chat of that name in this file; list the chats of the file first")]
    NoSuchChat,
    /// More entries than can be numbered.
    #[error("the file holds more messages than can be numbered; export fewer chats at once")]
    TooManyEntries,
    /// The zip's directory or data is damaged or cut off.
    #[error(
        "the zip is damaged or incomplete; export the chat again, or unpack it and give the chat file inside"
    )]
    ZipDamaged,
    /// The chat in the zip needs a password.
    #[error("the zip is encrypted; unpack it with its password and give the chat file inside")]
    ZipEncrypted,
    /// Nothing in the zip looks like a chat.
    #[error("the zip holds no chat file (a .txt, result.json or main.jsonl); export the chat again")]
    ZipWithoutChat,
    /// Too many names in the zip.
    #[error("the zip holds too many files; unpack it and give the chat file inside")]
    ZipTooManyEntries,
    /// The zip unpacks to far more than an export would.
    #[error(
        "the zip unpacks to more than an export can be; if you trust it, unpack it and give the chat file inside"
    )]
    ZipBomb,
    /// A compression that exports do not use.
    #[error("the zip uses a compression that cannot be read here; unpack it and give the chat file inside")]
    ZipMethod,
}

impl From<io::Error> for ImportError {
    /// A reader inside may have wrapped one of ours; it comes back out here.
    fn from(error: io::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(ours) => ours,
            Err(error) => Self::Io(error),
        }
    }
}

impl From<ImportError> for io::Error {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Io(error) => error,
            ours => Self::other(ours),
        }
    }
}
