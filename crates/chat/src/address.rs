//! Addresses: what a person gives to another to be written to.

use core::fmt;
use core::str::FromStr;

use crate::error::Misuse;
use crate::identity::{AccountId, MAX_SERVER, is_plain};

const PREFIX: &str = "snug:";
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// `snug:` + the account key in lower-case base32 (RFC 4648, without padding) + `@` + server.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// The account. It is checked against every credential that claims to be it.
    pub account: AccountId,
    /// Where its record is kept.
    pub server: String,
}

impl fmt::Debug for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Address(..)")
    }
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{PREFIX}{}@{}", encode(&self.account.0), self.server)
    }
}

impl FromStr for Address {
    type Err = Misuse;

    fn from_str(text: &str) -> Result<Self, Misuse> {
        let rest = text.trim().strip_prefix(PREFIX).ok_or(Misuse::Address)?;
        let (key, server) = rest.split_once('@').ok_or(Misuse::Address)?;
        if !is_plain(server, MAX_SERVER) || server.contains(char::is_whitespace) {
            return Err(Misuse::Address);
        }
        let account = AccountId(decode(key).ok_or(Misuse::Address)?);
        Ok(Self {
            account,
            server: server.to_owned(),
        })
    }
}

/// 32 bytes as 52 letters: 51 of five bits, the last of one bit.
fn encode(bytes: &[u8; 32]) -> String {
    let bit = |at: usize| bytes.get(at / 8).map_or(0, |byte| (byte >> (7 - at % 8)) & 1);
    (0..52)
        .map(|letter| {
            (0..5).fold(0, |value, offset| {
                value << 1 | usize::from(bit(letter * 5 + offset))
            })
        })
        .filter_map(|value| ALPHABET.get(value).map(|letter| char::from(*letter)))
        .collect()
}

fn decode(text: &str) -> Option<[u8; 32]> {
    if text.len() != 52 {
        return None;
    }
    let mut bytes = [0; 32];
    for (at, letter) in text.bytes().enumerate() {
        let value = ALPHABET.iter().position(|known| *known == letter)?;
        for offset in 0..5 {
            let is_set = value >> (4 - offset) & 1 == 1;
            match bytes.get_mut((at * 5 + offset) / 8) {
                Some(byte) => *byte |= u8::from(is_set) << (7 - (at * 5 + offset) % 8),
                None if is_set => return None, // the last letter has four bits that must be zero
                None => {}
            }
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{any, prop_assert_eq, proptest};

    proptest! {
        #[test]
        fn an_address_comes_back(key in any::<[u8; 32]>()) {
            let address = Address { account: AccountId(key), server: "chat.example.org:7764".into() };
            prop_assert_eq!(address.to_string().parse(), Ok(address));
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let good = Address {
            account: AccountId([7; 32]),
            server: "localhost:1".into(),
        }
        .to_string();
        assert!(good.parse::<Address>().is_ok());
        let upper = good.to_uppercase();
        let short = good.replacen("snug:", "snug:a", 1);
        let nowhere = good.replace("localhost:1", "");
        let last_bits = format!("snug:{}b@localhost:1", "a".repeat(51));
        for bad in ["", "snug:", &upper, &short, &nowhere, &last_bits] {
            assert_eq!(bad.parse::<Address>(), Err(Misuse::Address), "{bad}");
        }
    }
}
