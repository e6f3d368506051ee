//! The rules of accessibility that a program can check: axe-core, put into the page that is looked at.

use serde::Deserialize;
use serde_json::json;

use super::page::Browser;

/// axe-core 4.14.1, as published (`vendor/README.md`).
pub const AXE: &str = include_str!("../../vendor/axe.min.js");

/// WCAG 2.0 to 2.2, levels A and AA, and what axe's makers call best practice.
const TAGS: [&str; 6] = [
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
];

/// What axe found.
#[derive(Clone, Debug, Deserialize)]
pub struct Axe {
    /// Rules that were broken.
    pub violations: Vec<Violation>,
    /// How many rules held for something on the page.
    pub passes: usize,
}

/// A rule that was broken.
#[derive(Clone, Debug, Deserialize)]
pub struct Violation {
    /// Such as `image-alt`.
    pub id: String,
    /// `minor` to `critical`.
    pub impact: Option<String>,
    /// What the rule asks for.
    pub help: String,
    /// Where, as HTML, each with what is wrong there.
    pub nodes: Vec<String>,
}

impl Browser {
    /// Lets axe look at the page as it is now.
    ///
    /// # Panics
    ///
    /// Where axe does not run.
    #[must_use]
    #[track_caller]
    pub fn axe(&self) -> Axe {
        self.run(&format!("if (!window.axe) {{ {AXE} }}"), &[]);
        let found = self.run(LOOK, &[json!(TAGS)]);
        serde_json::from_value(found).unwrap_or_else(|why| panic!("axe did not run: {why}"))
    }

    /// That axe finds nothing.
    ///
    /// # Panics
    ///
    /// Where it finds something; `what` names the page or its state.
    #[track_caller]
    pub fn assert_accessible(&self, what: &str) {
        let found = self.axe();
        assert!(found.violations.is_empty(), "{what}: {:#?}", found.violations);
        assert!(found.passes > 0, "{what}: axe looked at nothing");
    }
}

const LOOK: &str = r#"
return window.axe.run(document, { runOnly: { type: 'tag', values: arguments[0] } }).then(found => ({
    violations: found.violations.map(({ id, impact, help, nodes }) => ({
        id, impact, help, nodes: nodes.map(node => node.html + ' -- ' + node.failureSummary),
    })),
    passes: found.passes.length,
}));
"#;
