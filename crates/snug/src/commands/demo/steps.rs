//! What happens, said step by step.

use std::io::{self, Write};

use crate::layout::{width, wrap};
use crate::style;

/// Says each step on standard output, or on standard error where the output is for a program.
pub(super) struct Steps {
    for_a_program: bool,
    number: u32,
}

impl Steps {
    pub(super) fn new(for_a_program: bool) -> Self {
        Self {
            for_a_program,
            number: 0,
        }
    }

    pub(super) fn say(&mut self, what: &str) -> io::Result<()> {
        self.number = self.number.saturating_add(1);
        let head = format!("{}. ", self.number);
        let style = style::HEAD;
        let mut out = self.out();
        writeln!(out)?;
        let rest = " ".repeat(head.len());
        wrap(what, width(), &head, &rest)
            .iter()
            .try_for_each(|row| writeln!(out, "{style}{row}{style:#}"))
    }

    pub(super) fn out(&self) -> Box<dyn Write> {
        if self.for_a_program {
            Box::new(anstream::stderr().lock())
        } else {
            Box::new(anstream::stdout().lock())
        }
    }

    pub(super) fn for_a_program(&self) -> bool {
        self.for_a_program
    }
}
