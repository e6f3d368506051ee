//! The file of a model, handed over open.

use std::fs::File;
use std::io;
use std::sync::Arc;

/// An ordinary file that holds a model. The parent opens it and checks its digest; a worker gets it open for reading and never learns
/// its name.
#[derive(Clone, Debug)]
pub struct ModelFile(Arc<File>);

impl ModelFile {
    /// Takes an open file.
    ///
    /// # Errors
    /// Where it is a directory, a pipe or a device: what has no fixed content has no digest.
    pub fn new(file: File) -> io::Result<Self> {
        if file.metadata()?.is_file() {
            Ok(Self(Arc::new(file)))
        } else {
            Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "a model is an ordinary file; give the path of one",
            ))
        }
    }

    pub(crate) fn file(&self) -> &File {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::ModelFile;
    use std::fs::File;

    #[test]
    fn only_an_ordinary_file_is_a_model() {
        assert!(ModelFile::new(File::open("/proc/self/exe").unwrap()).is_ok());
        for other in ["/", "/dev/zero"] {
            assert!(ModelFile::new(File::open(other).unwrap()).is_err(), "{other}");
        }
    }
}
