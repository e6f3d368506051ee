//! The file that a person names, as the reader of exports wants it: to be opened again for each pass.

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::Instant;

use import::{Entry, Options, Progress, Report, Source};
use indicatif::{ProgressBar, ProgressStyle};

use crate::exit::Failure;

/// A chat export on disk.
pub(crate) struct Export {
    file: File,
    size: u64,
}

impl Export {
    /// Opens it once; every later pass reads the same open file, even if the name means another one by then.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        // Before it is opened: a named pipe would wait for somebody to write into it.
        let metadata = path.metadata().map_err(Failure::Open)?;
        if metadata.is_dir() {
            return Err(Failure::Usage(
                "this is a folder: name the chat file inside, or the .zip".into(),
            ));
        }
        if !metadata.is_file() {
            return Err(Failure::Usage(
                "this is no ordinary file: save the export to a file first".into(),
            ));
        }
        let file = File::open(path).map_err(Failure::Open)?;
        Ok(Self {
            file,
            size: metadata.len(),
        })
    }

    /// Reads all entries, with a bar on the terminal where that takes more than a second.
    pub(crate) fn read(
        &self,
        options: &Options<'_>,
        deliver: &mut dyn FnMut(Entry) -> std::ops::ControlFlow<()>,
    ) -> Result<Report, Failure> {
        self.with_bar(|export, progress| {
            let options = Options {
                progress: Some(progress),
                ..*options
            };
            Ok(import::read(export, &options, deliver)?)
        })
    }

    /// The same for whoever reads it in another way: hands out what moves the bar.
    pub(crate) fn with_bar<T>(&self, read: impl FnOnce(&Self, &dyn Fn(Progress)) -> T) -> T {
        let bar = Bar::new();
        let outcome = read(self, &|progress: Progress| bar.at(progress));
        bar.clear();
        outcome
    }
}

impl Source for Export {
    type Reader<'a> = At<'a>;

    fn open(&self) -> io::Result<At<'_>> {
        Ok(At {
            file: &self.file,
            position: 0,
            size: self.size,
        })
    }

    fn size(&self) -> u64 {
        self.size
    }
}

/// A position of its own in the open file.
pub(crate) struct At<'a> {
    file: &'a File,
    position: u64,
    size: u64,
}

impl io::Read for At<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = read_at(self.file, into, self.position)?;
        self.position = self.position.saturating_add(count as u64);
        Ok(count)
    }
}

#[cfg(unix)]
fn read_at(file: &File, into: &mut [u8], position: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, into, position)
}

#[cfg(not(unix))]
fn read_at(mut file: &File, into: &mut [u8], position: u64) -> io::Result<usize> {
    io::Seek::seek(&mut file, io::SeekFrom::Start(position))?;
    io::Read::read(&mut file, into)
}

impl io::Seek for At<'_> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        let target = match to {
            io::SeekFrom::Start(position) => Some(position),
            io::SeekFrom::End(offset) => self.size.checked_add_signed(offset),
            io::SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = target.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

/// A progress bar that shows itself only after a second.
struct Bar {
    start: Instant,
    bar: ProgressBar,
}

impl Bar {
    fn new() -> Self {
        Self {
            start: Instant::now(),
            bar: ProgressBar::hidden(),
        }
    }

    fn at(&self, progress: Progress) {
        if self.bar.is_hidden() && self.start.elapsed().as_millis() > 1000 {
            let form = "{spinner} reading {bytes} of {total_bytes} [{bar:30}] {bytes_per_sec}, {eta} left";
            self.bar.set_draw_target(indicatif::ProgressDrawTarget::stderr());
            self.bar.set_style(
                ProgressStyle::with_template(form).unwrap_or_else(|_| ProgressStyle::default_bar()),
            );
        }
        let before = u64::from(progress.pass.saturating_sub(1)).saturating_mul(progress.of);
        self.bar
            .set_length(progress.of.saturating_mul(u64::from(progress.passes)));
        self.bar.set_position(before.saturating_add(progress.bytes));
    }

    fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
