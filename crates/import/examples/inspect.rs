//! Prints what the reader finds in files, and how fast; no message is shown.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::PathBuf;
use std::time::Instant;

struct OnDisk(PathBuf, u64);

impl import::Source for OnDisk {
    type Reader<'a> = File;

    fn open(&self) -> io::Result<File> {
        File::open(&self.0)
    }

    fn size(&self) -> u64 {
        self.1
    }
}

#[allow(clippy::print_stdout, clippy::cast_precision_loss)]
fn main() -> io::Result<()> {
    for path in std::env::args_os().skip(1).map(PathBuf::from) {
        let size = std::fs::metadata(&path)?.len();
        let begin = Instant::now();
        let mut lines = 0_u64;
        let mut reader = BufReader::with_capacity(64 * 1024, File::open(&path)?);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 {
            lines += 1;
            line.clear();
        }
        let yardstick = begin.elapsed();
        let begin = Instant::now();
        let report = import::scan(&OnDisk(path.clone(), size), &import::Options::default());
        let took = begin.elapsed();
        let rate = |time: std::time::Duration| size as f64 / 1e6 / time.as_secs_f64();
        println!("{}: {size} bytes, {lines} lines", path.display());
        println!(
            "  only lines {yardstick:.2?} ({:.0} MB/s), scan {took:.2?} ({:.0} MB/s)",
            rate(yardstick),
            rate(took)
        );
        match report {
            Ok(report) => println!(
                "  {} {:?} {:?} messages {} system {} people {} chats {} skipped {} {:?} {:?}..{:?}",
                report.format,
                report.date_order,
                report.date_order_evidence,
                report.messages,
                report.system,
                report.participants.len(),
                report.chats.len(),
                report.skipped_total,
                report
                    .skipped
                    .iter()
                    .take(3)
                    .map(|skip| (skip.line, skip.reason))
                    .collect::<Vec<_>>(),
                report.first,
                report.last
            ),
            Err(error) => println!("  error: {error}"),
        }
    }
    Ok(())
}
