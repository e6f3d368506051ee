//! The title of a chat: an extension of the group context, so that all members have the same.

use openmls::extensions::{Extension, Extensions, UnknownExtension};
use openmls::group::GroupContext;

use crate::error::{Misuse, Result};
use crate::identity::is_plain;

/// The extension's type: private use (RFC 9420 section 17.3).
pub(crate) const TITLE_EXTENSION: u16 = 0xF0A2;
/// The longest title, in bytes.
pub const MAX_TITLE: usize = 128;

pub(crate) fn extension(title: &str) -> Result<Extension> {
    if !is_plain(title, MAX_TITLE) {
        return Err(Misuse::Name.into());
    }
    Ok(Extension::Unknown(
        TITLE_EXTENSION,
        UnknownExtension(title.as_bytes().to_vec()),
    ))
}

pub(crate) fn of(extensions: &Extensions<GroupContext>) -> Option<String> {
    let bytes = &extensions.unknown(TITLE_EXTENSION)?.0;
    let title = core::str::from_utf8(bytes).ok()?;
    is_plain(title, MAX_TITLE).then(|| title.to_owned())
}
