//! What every target checks of what it read.

use std::ops::ControlFlow;

use import::{Format, ImportError, Options, Report};

/// Reads bytes and checks that the report agrees with the entries.
pub fn read(bytes: &[u8]) -> Result<Report, ImportError> {
    let (mut entries, mut last) = (0_u64, 0);
    let report = import::read(bytes, &Options::default(), &mut |entry| {
        assert!(entry.n > last, "numbers rise");
        assert!(entry.text.len() <= import::MAX_MESSAGE_BYTES, "texts are bounded");
        let name = entry.author.as_deref().unwrap_or_default();
        assert!(
            name.chars().count() <= import::MAX_NAME_CHARS,
            "names are bounded"
        );
        last = entry.n;
        entries += 1;
        ControlFlow::Continue(())
    })?;
    assert_eq!(entries, report.messages + report.system, "every entry is counted");
    assert!(report.skipped.len() <= import::MAX_SKIPS);
    assert_eq!(report.first.is_some(), entries > 0);
    Ok(report)
}

/// Reads bytes behind a beginning that decides their format.
#[allow(dead_code)]
pub fn read_as(format: Format, begin: &str, bytes: &[u8]) {
    if let Ok(report) = read(&[begin.as_bytes(), bytes].concat()) {
        assert_eq!(report.format, format);
    }
}
