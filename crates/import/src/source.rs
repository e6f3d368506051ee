//! Where the bytes come from.

use std::io::{self, Cursor, Read, Seek};

/// A file that can be read from its beginning more than once.
///
/// Reading an export takes one or two passes, and a zip is read from its end, so the reader asks for a fresh
/// handle each time. The crate opens nothing itself: a program implements this for its files, and a byte slice
/// implements it here.
pub trait Source {
    /// One open handle, placed at the first byte.
    type Reader<'a>: Read + Seek
    where
        Self: 'a;

    /// A handle placed at the first byte.
    fn open(&self) -> io::Result<Self::Reader<'_>>;

    /// How many bytes there are. Used for progress and to find the end of a zip.
    fn size(&self) -> u64;
}

impl Source for [u8] {
    type Reader<'a> = Cursor<&'a [u8]>;

    fn open(&self) -> io::Result<Cursor<&[u8]>> {
        Ok(Cursor::new(self))
    }

    fn size(&self) -> u64 {
        u64::try_from(self.len()).unwrap_or(u64::MAX)
    }
}

impl<S: Source + ?Sized> Source for &S {
    type Reader<'a>
        = S::Reader<'a>
    where
        Self: 'a;

    fn open(&self) -> io::Result<Self::Reader<'_>> {
        (**self).open()
    }

    fn size(&self) -> u64 {
        (**self).size()
    }
}
