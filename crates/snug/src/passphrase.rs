//! The passphrase of a store: from a file that a person named, or typed on the terminal without being shown.
//!
//! Never from an argument or the environment itself: both are seen by other programs.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use client::store::Unlock;
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use zeroize::{Zeroize, Zeroizing};

use crate::exit::Failure;

/// The longest passphrase, in bytes.
const LONGEST: usize = 4096;

/// The passphrase of a store that is there.
pub(crate) fn ask(file: Option<&Path>) -> Result<Unlock, Failure> {
    let words = match file {
        Some(file) => from_file(file)?,
        None => Terminal::open()?.ask("Passphrase: ")?,
    };
    unlock(&words)
}

/// The passphrase of a store that is to be made: typed twice.
pub(crate) fn choose(file: Option<&Path>) -> Result<Unlock, Failure> {
    if let Some(file) = file {
        return unlock(&from_file(file)?);
    }
    let mut terminal = Terminal::open()?;
    let first = terminal.ask("Choose a passphrase for this device's store: ")?;
    // An empty one is refused before it is asked for again.
    let unlock = unlock(&first)?;
    let second = terminal.ask("The same again: ")?;
    if *first == *second {
        Ok(unlock)
    } else {
        Err(Failure::Usage("the two passphrases differ: try again".into()))
    }
}

fn unlock(words: &str) -> Result<Unlock, Failure> {
    if words.is_empty() {
        let hint = "an empty passphrase protects nothing: choose one with several words";
        return Err(Failure::Usage(hint.into()));
    }
    Ok(Unlock::passphrase(words))
}

/// The first line of the file.
fn from_file(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let unreadable = |error: io::Error| {
        Failure::NotSetUp(format!(
            "the passphrase file cannot be read ({error}): check its name and rights"
        ))
    };
    let mut text = Zeroizing::new(String::new());
    let file = File::open(path).map_err(unreadable)?;
    file.take(LONGEST as u64)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    let line = text.lines().next().unwrap_or_default();
    Ok(Zeroizing::new(line.to_owned()))
}

/// The terminal that this program was started from, whatever standard input and output are.
struct Terminal {
    tty: File,
}

impl Terminal {
    fn open() -> Result<Self, Failure> {
        let tty = OpenOptions::new().read(true).write(true).open("/dev/tty");
        let tty = tty.map_err(|_| {
            Failure::NotSetUp(
                "there is no terminal to ask for the passphrase: write it into a file that only you can read, and \
                 name that with --passphrase-file or SNUG_PASSPHRASE_FILE"
                    .into(),
            )
        })?;
        Ok(Self { tty })
    }

    /// Asks for one line that is not shown.
    fn ask(&mut self, prompt: &str) -> Result<Zeroizing<String>, Failure> {
        self.tty.write_all(prompt.as_bytes())?;
        let typed = self.hidden_line();
        self.tty.write_all(b"\n")?;
        let bytes = typed?.ok_or_else(|| Failure::Usage("nothing was done".into()))?;
        let text = std::str::from_utf8(&bytes).map_err(|_| {
            Failure::Usage("the passphrase cannot be read: the terminal has to be set to UTF-8".into())
        })?;
        Ok(Zeroizing::new(text.to_owned()))
    }

    /// `None`: the person gave up. The keys that end a program are read here, so that none of them leaves a terminal
    /// behind that shows nothing.
    fn hidden_line(&self) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
        let _shown_again = Hidden::start(&self.tty)?;
        let mut line = Zeroizing::new(Vec::with_capacity(LONGEST));
        let (mut tty, mut byte) = (&self.tty, [0]);
        // One at a time: what is typed after the line belongs to whoever reads next.
        while tty.read(&mut byte)? == 1 {
            let [byte] = byte;
            match byte {
                b'\r' | b'\n' => return Ok(Some(line)),
                END if !line.is_empty() => return Ok(Some(line)),
                INTERRUPT | QUIT | END => return Ok(None),
                BACKSPACE | DELETE => backspace(&mut line),
                ERASE_LINE => line.zeroize(),
                // Never grown: a copy of it would be left behind.
                byte if line.len() < line.capacity() => line.push(byte),
                _ => {}
            }
        }
        Ok(None)
    }
}

const INTERRUPT: u8 = 0x03;
const END: u8 = 0x04;
const BACKSPACE: u8 = 0x08;
const ERASE_LINE: u8 = 0x15;
const QUIT: u8 = 0x1c;
const DELETE: u8 = 0x7f;

/// Takes off one character of UTF-8.
fn backspace(line: &mut Vec<u8>) {
    while let Some(byte) = line.pop() {
        let continues = byte & 0b1100_0000 == 0b1000_0000;
        if !continues {
            return;
        }
    }
}

/// A terminal that shows nothing and hands over each byte, until this is dropped.
struct Hidden<'a> {
    tty: &'a File,
    before: Termios,
}

impl<'a> Hidden<'a> {
    fn start(tty: &'a File) -> io::Result<Self> {
        let before = tcgetattr(tty)?;
        let mut hidden = before.clone();
        let shown = LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG;
        hidden.local_modes.remove(shown);
        hidden.special_codes[SpecialCodeIndex::VMIN] = 1;
        hidden.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(tty, OptionalActions::Flush, &hidden)?;
        Ok(Self { tty, before })
    }
}

impl Drop for Hidden<'_> {
    fn drop(&mut self) {
        let _ = tcsetattr(self.tty, OptionalActions::Now, &self.before);
    }
}

#[cfg(test)]
mod tests {
    use super::backspace;

    #[test]
    fn backspace_takes_off_one_character() {
        let mut line = "aé🎉".as_bytes().to_vec();
        for left in ["aé", "a", "", ""] {
            backspace(&mut line);
            assert_eq!(line, left.as_bytes());
        }
    }
}
