//! Tables for the terminal and for the docs.

use crate::bootstrap::Comparison;
use crate::{dialogues, groups};

/// Rows of text under a head. The first column names the row, the others hold figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    #[must_use]
    pub fn new(head: &[&str]) -> Self {
        Self {
            head: head.iter().map(|&cell| cell.to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row: cells beyond the head are dropped, missing ones stay empty.
    #[must_use]
    pub fn row(mut self, cells: impl IntoIterator<Item = String>) -> Self {
        let mut row: Vec<String> = cells.into_iter().take(self.head.len()).collect();
        row.resize(self.head.len(), String::new());
        self.rows.push(row);
        self
    }

    /// Aligned columns, two spaces apart, a line break behind each row.
    #[must_use]
    pub fn plain(&self) -> String {
        let widths = self.widths(|cell| cell.to_owned());
        let line = |cells: &[String]| {
            let cells: Vec<_> = cells
                .iter()
                .zip(&widths)
                .enumerate()
                .map(|(i, (c, w))| pad(c, *w, i))
                .collect();
            cells.join("  ").trim_end().to_owned() + "\n"
        };
        self.lines().map(line).collect()
    }

    /// The same for Markdown, padded so that the source can be read as well.
    #[must_use]
    pub fn markdown(&self) -> String {
        let widths: Vec<usize> = self
            .widths(escape)
            .into_iter()
            .map(|width| width.max(3))
            .collect();
        let line = |cells: &[String]| {
            let cells = cells
                .iter()
                .zip(&widths)
                .enumerate()
                .map(|(i, (c, w))| pad(&escape(c), *w, i));
            format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
        };
        let rules: Vec<_> = widths
            .iter()
            .enumerate()
            .map(|(i, width)| rule(*width, i))
            .collect();
        let rule = format!("|{}|\n", rules.join("|"));
        let mut lines = self.lines().map(line);
        lines.next().into_iter().chain([rule]).chain(lines).collect()
    }

    fn lines(&self) -> impl Iterator<Item = &[String]> {
        std::iter::once(&self.head).chain(&self.rows).map(Vec::as_slice)
    }

    fn widths(&self, shown: impl Fn(&str) -> String) -> Vec<usize> {
        let mut widths = vec![0; self.head.len()];
        for row in self.lines() {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = shown(cell).chars().count().max(*width);
            }
        }
        widths
    }
}

fn pad(cell: &str, width: usize, column: usize) -> String {
    if column == 0 {
        format!("{cell:<width$}")
    } else {
        format!("{cell:>width$}")
    }
}

fn rule(width: usize, column: usize) -> String {
    let dashes = "-".repeat(width + 1);
    if column == 0 {
        format!(":{dashes}")
    } else {
        format!("{dashes}:")
    }
}

fn escape(cell: &str) -> String {
    cell.replace('\\', "\\\\")
        .replace('|', "\\|")
        .replace(['\n', '\r'], " ")
}

/// Systems over a set of dialogues.
#[must_use]
pub fn dialogues(systems: &[(&str, dialogues::Figures)]) -> Table {
    let head = Table::new(&["system", "ROUGE-1", "ROUGE-2", "ROUGE-L", "dialogues"]);
    systems.iter().fold(head, |table, (name, figures)| {
        let percent = figures.percent;
        let figures = [
            one(percent.rouge1),
            one(percent.rouge2),
            one(percent.rouge_l),
            figures.n.to_string(),
        ];
        table.row(std::iter::once((*name).to_owned()).chain(figures))
    })
}

/// Systems over a set of groups.
#[must_use]
pub fn groups(systems: &[(&str, &groups::Figures)]) -> Table {
    let head = [
        "system",
        "coverage",
        "strict",
        "misleading",
        "lines",
        "cited",
        "words",
        "injected",
        "chats",
    ];
    systems.iter().fold(Table::new(&head), |table, (name, figures)| {
        let counts = [
            figures.misleading,
            figures.lines,
            figures.cited,
            figures.words,
            figures.injected,
            figures.chats,
        ];
        let cells = [one(figures.coverage), one(figures.strict)].into_iter();
        let cells = cells.chain(counts.map(|count| count.to_string()));
        table.row(std::iter::once((*name).to_owned()).chain(cells))
    })
}

/// Coverage by sort of fact and by language.
#[must_use]
pub fn shares(figures: &groups::Figures) -> Table {
    let kinds = figures.by_kind.iter().map(|(kind, share)| (kind.as_str(), share));
    let languages = figures
        .by_language
        .iter()
        .map(|(language, share)| (language.as_str(), share));
    kinds.chain(languages).fold(
        Table::new(&["facts", "coverage", "covered", "of"]),
        |table, (name, share)| {
            table.row([
                name.to_owned(),
                one(share.percent()),
                share.covered.to_string(),
                share.facts.to_string(),
            ])
        },
    )
}

/// The engine against the best baselines.
#[must_use]
pub fn comparisons(comparisons: &[Comparison]) -> Table {
    let head = Table::new(&["figure", "best baseline", "difference", "95 % interval"]);
    comparisons.iter().fold(head, |table, comparison| {
        let difference = comparison.difference;
        let interval = format!("{:+.1} to {:+.1}", difference.low, difference.high);
        let mean = format!("{:+.1}", difference.mean);
        table.row([
            comparison.figure.to_owned(),
            comparison.baseline.to_owned(),
            mean,
            interval,
        ])
    })
}

fn one(figure: f64) -> String {
    format!("{figure:.1}")
}

#[cfg(test)]
mod tests {
    use super::{Table, comparisons};
    use crate::bootstrap::{Comparison, Difference};

    fn table() -> Table {
        Table::new(&["system", "R1"])
            .row(["lead".to_owned(), "31.4".to_owned()])
            .row(["größte|x".to_owned(), "9.0".to_owned()])
    }

    #[test]
    fn plain_columns_stand_below_each_other() {
        assert_eq!(
            table().plain(),
            "system      R1\nlead      31.4\ngrößte|x   9.0\n"
        );
    }

    #[test]
    fn markdown_escapes_what_would_split_a_cell() {
        let expected =
            "| system    |   R1 |\n|:----------|-----:|\n| lead      | 31.4 |\n| größte\\|x |  9.0 |\n";
        assert_eq!(table().markdown(), expected);
        let line_break = Table::new(&["a"]).row(["x\ny".to_owned()]).markdown();
        assert_eq!(line_break, "| a   |\n|:----|\n| x y |\n");
    }

    #[test]
    fn rows_have_as_many_cells_as_the_head() {
        let uneven = Table::new(&["a", "b"])
            .row([])
            .row(["1", "2", "3"].map(str::to_owned));
        assert_eq!(uneven.plain(), "a  b\n\n1  2\n");
    }

    #[test]
    fn differences_carry_their_sign() {
        let difference = Difference {
            mean: -0.04,
            low: -1.26,
            high: 2.0,
        };
        let table = comparisons(&[Comparison {
            figure: "rouge1",
            baseline: "lead",
            difference,
        }]);
        assert!(
            table
                .plain()
                .ends_with("rouge1           lead        -0.0   -1.3 to +2.0\n"),
            "{}",
            table.plain()
        );
    }
}
