//! Zips: any bytes behind the magic, and an honest zip with some bytes changed.

#![no_main]

use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use libfuzzer_sys::fuzz_target;

mod check;

fuzz_target!(|bytes: &[u8]| {
    let _ = check::read(&[b"PK\x03\x04", bytes].concat());
    let mut zip = honest(bytes);
    let len = zip.len();
    for change in bytes.chunks_exact(3).take(4) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % len;
        zip[at] ^= change[2];
    }
    let _ = check::read(&zip);
});

/// A zip of one deflated chat that ends in these bytes.
fn honest(bytes: &[u8]) -> Vec<u8> {
    let chat = [b"15/01/2020, 02:22 - Ana: x\n", bytes].concat();
    let mut crc = flate2::Crc::new();
    crc.update(&chat);
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&chat).expect("a vector takes all");
    let data = encoder.finish().expect("a vector takes all");
    let size = |len: usize| u32::try_from(len).expect("inputs are small").to_le_bytes();
    let mut fields = vec![20, 0, 0, 0, 8, 0, 0, 0, 0, 0];
    fields.extend(
        [
            crc.sum().to_le_bytes(),
            size(data.len()),
            size(chat.len()),
            [9, 0, 0, 0],
        ]
        .concat(),
    );
    let local = [b"PK\x03\x04", fields.as_slice(), b"_chat.txt", &data].concat();
    let entry = [b"PK\x01\x02\x14\0", fields.as_slice(), &[0; 14], b"_chat.txt"].concat();
    let end = [
        b"PK\x05\x06\0\0\0\0\x01\0\x01\0",
        size(entry.len()).as_slice(),
        &size(local.len()),
        &[0; 2],
    ]
    .concat();
    [local, entry, end].concat()
}
