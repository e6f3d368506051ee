//! Every length and count that the protocol bounds, and why it is what it is. Sizes are bytes.
//!
//! These belong to the protocol: both sides refuse what lies over them. What one server is willing to keep (quotas,
//! retention, rates) is that server's configuration.

/// The smallest envelope. A short message with its MLS and sealing overhead is about 300 bytes.
pub const MIN_BUCKET: usize = 512;

/// The largest envelope, and the largest body of a slot. A commit that adds ten members with X-Wing is about 30 kB, an
/// invitation for fifty about 100 kB; attachments are blobs.
pub const MAX_BODY: usize = 256 << 10;

/// The sizes that an envelope may have: each twice the one before, so that a size tells little and wastes at most half.
pub const BUCKETS: [usize; 10] = [
    512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536, 131_072, 262_144,
];

/// The largest blob: the tree of some hundred devices with X-Wing, or a piece of an attachment.
pub const MAX_BLOB: usize = 1 << 20;

/// The largest record: forty devices at about 1.5 kB (an X-Wing key is 1216 bytes).
pub const MAX_RECORD: usize = 64 << 10;

/// The largest key package. With X-Wing one is about 3 kB.
pub const MAX_PACKAGE: usize = 16 << 10;

/// The most key packages in one request: half a megabyte if all are as large as may be.
pub const MAX_PACKAGES: usize = 32;

/// The most key packages that lie in a pool, the last-resort one not counted: a device that is invited into a new chat
/// each day refills it twice a year.
pub const MAX_POOL: usize = 256;

/// The most bytes of bodies in the answer to a fetch: four of the largest envelopes, so that a reader always gets on.
pub const FETCH_BYTES: usize = 1 << 20;

/// The most slots in the answer to a fetch: [`FETCH_BYTES`] full of the second smallest envelopes.
pub const FETCH_SLOTS: usize = 1024;

/// The largest frame: the largest blob or page of slots, and 64 kB for what stands around the bodies.
pub const MAX_FRAME: usize = (1 << 20) + (64 << 10);

/// The most mailboxes that one connection watches: two for each of five hundred chats while an epoch changes.
pub const MAX_WATCHES: usize = 1024;

/// The smallest bucket that holds `length` bytes, if one does.
#[must_use]
pub fn bucket(length: usize) -> Option<usize> {
    BUCKETS.into_iter().find(|bucket| *bucket >= length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_double_from_the_smallest_to_the_largest() {
        assert_eq!((BUCKETS[0], BUCKETS[9]), (MIN_BUCKET, MAX_BODY));
        assert!(BUCKETS.windows(2).all(|pair| pair[1] == 2 * pair[0]));
        assert_eq!(
            (bucket(0), bucket(512), bucket(513)),
            (Some(512), Some(512), Some(1024))
        );
        assert_eq!((bucket(MAX_BODY), bucket(MAX_BODY + 1)), (Some(MAX_BODY), None));
    }
}
