//! Tokens are pieces of bytes, and a character may be spread over several.

/// The text of what was written. A character that was cut off at the end is left out.
#[cfg_attr(not(feature = "llama"), allow(dead_code, reason = "only the engine writes"))]
pub(crate) fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(error) if error.error_len().is_none() => {
            String::from_utf8_lossy(bytes.get(..error.valid_up_to()).unwrap_or_default()).into_owned()
        }
        Err(_) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn only_a_character_that_is_cut_off_is_left_out() {
        assert_eq!(text("a€".as_bytes()), "a€");
        assert_eq!(text(&"a€".as_bytes()[..3]), "a");
        assert_eq!(text(b"a\xffb"), "a\u{fffd}b");
    }
}
