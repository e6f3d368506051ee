//! The names of a transcript: each once, whoever shares one.

use std::collections::HashMap;

/// Who wrote: an account where there is one, and a name.
type Who = (Option<Vec<u8>>, String);

#[derive(Default)]
pub(super) struct Authors {
    names: Vec<String>,
    numbers: HashMap<Who, u16>,
}

impl Authors {
    /// The number of an author; `None` beyond the 65,535th, who then reads as the messenger.
    pub(super) fn number(&mut self, account: Option<Vec<u8>>, name: &str) -> Option<u16> {
        let who = (account, name.to_owned());
        if let Some(number) = self.numbers.get(&who) {
            return Some(*number);
        }
        let number = u16::try_from(self.names.len()).ok()?;
        self.names.push(self.free(name));
        self.numbers.insert(who, number);
        Some(number)
    }

    pub(super) fn into_names(self) -> Vec<String> {
        self.names
    }

    /// Two people of one name are told apart by a number.
    fn free(&self, name: &str) -> String {
        let taken = |candidate: &str| self.names.iter().any(|name| name == candidate);
        if !taken(name) {
            return name.to_owned();
        }
        (2u32..)
            .map(|number| format!("{name} ({number})"))
            .find(|candidate| !taken(candidate))
            .expect("there are fewer authors than numbers")
    }
}

#[cfg(test)]
mod tests {
    use super::Authors;

    #[test]
    fn two_accounts_of_one_name_are_two_authors() {
        let mut authors = Authors::default();
        let (one, two) = (Some(vec![1]), Some(vec![2]));
        assert_eq!(authors.number(one.clone(), "Ana"), Some(0));
        assert_eq!(authors.number(two, "Ana"), Some(1));
        assert_eq!(authors.number(one, "Ana"), Some(0));
        assert_eq!(authors.number(None, "Ana (2)"), Some(2));
        assert_eq!(authors.into_names(), ["Ana", "Ana (2)", "Ana (2) (2)"]);
    }
}
