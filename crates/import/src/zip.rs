//! The chat file inside a zip: found by name in the directory, inflated as it is read, never written anywhere.
//!
//! Only what an export needs is read: one member, stored or deflated. The sizes that the zip claims are not
//! believed; what is inflated is counted and bounded.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

use crate::{ImportError, Source};

/// Names in a zip. An export with media has one per photo.
pub const MAX_ZIP_ENTRIES: u64 = 100_000;

/// Bytes of the chat file after inflating. A million messages take about 100 MB.
pub const MAX_INFLATED_BYTES: u64 = 2 * 1024 * 1024 * 1024;

/// Up to here the ratio is not looked at: a small file may well be very regular.
pub const RATIO_FREE_BYTES: u64 = 64 * 1024 * 1024;

/// Inflated bytes for each deflated byte, beyond [`RATIO_FREE_BYTES`]. Chats reach about 10.
pub const MAX_RATIO: u64 = 200;

/// Bytes of the directory at the end of the zip. An entry takes about 100.
const MAX_DIRECTORY_BYTES: u64 = 64 * 1024 * 1024;

const END_MAGIC: &[u8] = b"PK\x05\x06";
/// The record, and the longest comment behind it.
const TAIL_LEN: u64 = 22 + 0xffff;
const LOCATOR_MAGIC: &[u8] = b"PK\x06\x07";
const LOCATOR_LEN: u64 = 20;
const END64_MAGIC: &[u8] = b"PK\x06\x06";
const ENTRY_MAGIC: &[u8] = b"PK\x01\x02";
const LOCAL_MAGIC: &[u8] = b"PK\x03\x04";
const LOCAL_LEN: u64 = 30;

/// Where the chat lies in the zip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    data: u64,
    deflated_len: u64,
    inflated_len: u64,
    crc: u32,
    deflated: bool,
}

/// Finds the chat file of a zip.
pub(crate) fn find<S: Source + ?Sized>(source: &S) -> Result<Member, ImportError> {
    let mut reader = source.open()?;
    let size = source.size();
    let directory = read_directory(&mut reader, size)?;
    let chosen = choose(&directory)?;
    if chosen.flags & 0b0100_0001 != 0 || chosen.method == 99 {
        return Err(ImportError::ZipEncrypted);
    }
    let deflated = match chosen.method {
        0 => false,
        8 => true,
        _ => return Err(ImportError::ZipMethod),
    };
    if chosen.inflated_len > MAX_INFLATED_BYTES {
        return Err(ImportError::ZipBomb);
    }
    let data = data_offset(&mut reader, chosen.local)?;
    let end = data.checked_add(chosen.deflated_len).filter(|&end| end <= size);
    end.ok_or(ImportError::ZipDamaged)?;
    Ok(Member {
        data,
        deflated_len: chosen.deflated_len,
        inflated_len: chosen.inflated_len,
        crc: chosen.crc,
        deflated,
    })
}

impl Member {
    /// A fresh reader of the chat's bytes.
    pub(crate) fn open<'s, S: Source + ?Sized>(self, source: &'s S) -> io::Result<Inflated<S::Reader<'s>>> {
        let mut reader = source.open()?;
        reader.seek(SeekFrom::Start(self.data))?;
        let raw = BufReader::with_capacity(64 * 1024, reader.take(self.deflated_len));
        let inner = if self.deflated {
            Inner::Deflated(DeflateDecoder::new(raw))
        } else {
            Inner::Stored(raw)
        };
        Ok(Inflated {
            inner,
            member: self,
            given: 0,
            crc: Crc::new(),
            done: false,
        })
    }

    /// The size of the chat's bytes, as the zip claims it.
    pub(crate) const fn size(self) -> u64 {
        self.inflated_len
    }
}

enum Inner<R> {
    Stored(BufReader<io::Take<R>>),
    Deflated(DeflateDecoder<BufReader<io::Take<R>>>),
}

/// Inflates and counts.
pub(crate) struct Inflated<R> {
    inner: Inner<R>,
    member: Member,
    given: u64,
    crc: Crc,
    done: bool,
}

impl<R: Read> Read for Inflated<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.done || into.is_empty() {
            return Ok(0);
        }
        let read = match &mut self.inner {
            Inner::Stored(reader) => reader.read(into),
            Inner::Deflated(reader) => reader.read(into),
        };
        // A damaged stream shows itself as an unexpected end or as invalid data.
        let read = read.map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                ImportError::ZipDamaged.into()
            }
            _ => error,
        })?;
        self.given = self.given.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        self.crc.update(into.get(..read).unwrap_or_default());
        self.check(read == 0)?;
        Ok(read)
    }
}

impl<R> Inflated<R> {
    fn check(&mut self, ended: bool) -> Result<(), ImportError> {
        let taken = match &self.inner {
            Inner::Stored(_) => self.given,
            Inner::Deflated(reader) => reader.total_in(),
        };
        let ratio_limit = taken.saturating_mul(MAX_RATIO).max(RATIO_FREE_BYTES);
        if self.given > MAX_INFLATED_BYTES || self.given > ratio_limit {
            return Err(ImportError::ZipBomb);
        }
        self.done = ended;
        if ended && (self.crc.sum() != self.member.crc || self.given != self.member.inflated_len) {
            return Err(ImportError::ZipDamaged);
        }
        Ok(())
    }
}

/// One entry of the directory, as it claims to be.
struct Claim<'a> {
    name: &'a [u8],
    flags: u16,
    method: u16,
    crc: u32,
    deflated_len: u64,
    inflated_len: u64,
    local: u64,
}

struct Directory {
    bytes: Vec<u8>,
    entries: u64,
}

/// Finds the end record, then reads the directory that it points to.
fn read_directory(reader: &mut (impl Read + Seek), size: u64) -> Result<Directory, ImportError> {
    let tail_len = size.min(TAIL_LEN);
    let tail_at = size.saturating_sub(tail_len);
    let tail = read_at(reader, tail_at, tail_len)?;
    let at = tail
        .windows(END_MAGIC.len())
        .rposition(|window| window == END_MAGIC)
        .ok_or(ImportError::ZipDamaged)?;
    let mut end = Fields(tail.get(at..).unwrap_or_default());
    end.skip(10)?;
    let mut entries = u64::from(end.u16()?);
    let mut len = u64::from(end.u32()?);
    let mut offset = u64::from(end.u32()?);
    end.u16()?;
    if entries == 0xffff || len == 0xffff_ffff || offset == 0xffff_ffff {
        let end_at = tail_at.saturating_add(u64::try_from(at).unwrap_or(u64::MAX));
        (entries, len, offset) = read_end64(reader, end_at)?;
    }
    if entries > MAX_ZIP_ENTRIES || len > MAX_DIRECTORY_BYTES {
        return Err(ImportError::ZipTooManyEntries);
    }
    offset
        .checked_add(len)
        .filter(|&end| end <= size)
        .ok_or(ImportError::ZipDamaged)?;
    Ok(Directory {
        bytes: read_at(reader, offset, len)?,
        entries,
    })
}

/// The numbers of a zip of more than 4 GiB or 65,535 entries.
fn read_end64(reader: &mut (impl Read + Seek), end_at: u64) -> Result<(u64, u64, u64), ImportError> {
    let locator_at = end_at.checked_sub(LOCATOR_LEN).ok_or(ImportError::ZipDamaged)?;
    let locator = read_at(reader, locator_at, LOCATOR_LEN)?;
    let mut fields = Fields(&locator);
    fields.magic(LOCATOR_MAGIC)?;
    fields.skip(4)?;
    let record = read_at(reader, fields.u64()?, 56)?;
    let mut fields = Fields(&record);
    fields.magic(END64_MAGIC)?;
    fields.skip(28)?;
    Ok((fields.u64()?, fields.u64()?, fields.u64()?))
}

/// The entry that is the chat.
fn choose(directory: &Directory) -> Result<Claim<'_>, ImportError> {
    let mut rest = directory.bytes.as_slice();
    let mut best: Option<(u8, Claim<'_>)> = None;
    for _ in 0..directory.entries {
        let (claim, after) = read_claim(rest)?;
        rest = after;
        let Some(rank) = rank(claim.name) else { continue };
        let better = best
            .as_ref()
            .is_none_or(|(best_rank, best)| (rank, claim.inflated_len) > (*best_rank, best.inflated_len));
        if better {
            best = Some((rank, claim));
        }
    }
    best.map(|(_, claim)| claim).ok_or(ImportError::ZipWithoutChat)
}

fn read_claim(bytes: &[u8]) -> Result<(Claim<'_>, &[u8]), ImportError> {
    let mut fields = Fields(bytes);
    fields.magic(ENTRY_MAGIC)?;
    fields.skip(4)?;
    let flags = fields.u16()?;
    let method = fields.u16()?;
    fields.skip(4)?;
    let crc = fields.u32()?;
    let deflated_len = u64::from(fields.u32()?);
    let inflated_len = u64::from(fields.u32()?);
    let name_len = fields.u16()?;
    let extra_len = fields.u16()?;
    let comment_len = fields.u16()?;
    fields.skip(8)?;
    let local = u64::from(fields.u32()?);
    let name = fields.bytes(usize::from(name_len))?;
    let extra = fields.bytes(usize::from(extra_len))?;
    fields.skip(usize::from(comment_len))?;
    let mut claim = Claim {
        name,
        flags,
        method,
        crc,
        deflated_len,
        inflated_len,
        local,
    };
    apply_zip64(&mut claim, extra)?;
    Ok((claim, fields.0))
}

/// Sizes that do not fit 32 bits stand in an extra field, in this order, only those that overflowed.
fn apply_zip64(claim: &mut Claim<'_>, extra: &[u8]) -> Result<(), ImportError> {
    let mut fields = Fields(extra);
    while fields.0.len() >= 4 {
        let id = fields.u16()?;
        let len = fields.u16()?;
        let mut body = Fields(fields.bytes(usize::from(len))?);
        if id != 1 {
            continue;
        }
        for value in [&mut claim.inflated_len, &mut claim.deflated_len, &mut claim.local] {
            if *value == 0xffff_ffff {
                *value = body.u64()?;
            }
        }
    }
    Ok(())
}

/// The data follows a local header whose lengths differ from the directory's.
fn data_offset(reader: &mut (impl Read + Seek), local: u64) -> Result<u64, ImportError> {
    let header = read_at(reader, local, LOCAL_LEN)?;
    let mut fields = Fields(&header);
    fields.magic(LOCAL_MAGIC)?;
    fields.skip(22)?;
    let name_len = u64::from(fields.u16()?);
    let extra_len = u64::from(fields.u16()?);
    let header_len = (LOCAL_LEN).saturating_add(name_len).saturating_add(extra_len);
    local.checked_add(header_len).ok_or(ImportError::ZipDamaged)
}

/// How much a name looks like the chat; `None` if it is none. Nothing is ever written under these names, so a
/// name with path tricks could do no harm; but no messenger makes one, and it is passed over.
fn rank(name: &[u8]) -> Option<u8> {
    let name = String::from_utf8_lossy(name).to_lowercase();
    let tricks = name.starts_with('/')
        || name.contains(['\\', '\0'])
        || name.contains("__macosx/")
        || name.split('/').any(|part| part == ".." || part == ".");
    if tricks {
        return None;
    }
    let (folder, file) = name
        .rsplit_once('/')
        .map_or(("", name.as_str()), |(folder, file)| (folder, file));
    let rank = match file {
        "_chat.txt" => 90,
        "result.json" => 80,
        "main.jsonl" => 70,
        _ if file.starts_with('.') => return None,
        _ if file.ends_with(".txt") && file.contains("whatsapp") => 60,
        _ if file.ends_with(".txt") => 30,
        _ if file.ends_with(".jsonl") => 20,
        _ if file.ends_with(".json") => 10,
        _ => return None,
    };
    Some(rank | u8::from(folder.is_empty()))
}

fn read_at(reader: &mut (impl Read + Seek), at: u64, len: u64) -> Result<Vec<u8>, ImportError> {
    reader.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    reader.take(len).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()) == Ok(len) {
        Ok(bytes)
    } else {
        Err(ImportError::ZipDamaged)
    }
}

/// Little-endian fields off the front of bytes.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn bytes(&mut self, len: usize) -> Result<&'a [u8], ImportError> {
        let (field, rest) = self.0.split_at_checked(len).ok_or(ImportError::ZipDamaged)?;
        self.0 = rest;
        Ok(field)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ImportError> {
        let (field, rest) = self.0.split_first_chunk().ok_or(ImportError::ZipDamaged)?;
        self.0 = rest;
        Ok(*field)
    }

    fn skip(&mut self, len: usize) -> Result<(), ImportError> {
        self.bytes(len).map(drop)
    }

    fn magic(&mut self, magic: &[u8]) -> Result<(), ImportError> {
        if self.bytes(magic.len())? == magic {
            Ok(())
        } else {
            Err(ImportError::ZipDamaged)
        }
    }

    fn u16(&mut self) -> Result<u16, ImportError> {
        self.array().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Result<u32, ImportError> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, ImportError> {
        self.array().map(u64::from_le_bytes)
    }
}
