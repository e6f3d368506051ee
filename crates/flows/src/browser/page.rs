//! One browser and what a person does with it.
//!
//! Everything that looks for something waits for it, at most [`PATIENCE`]. Words are compared with runs of white space as
//! one space and without the marks of direction that a page sets around names.

use std::cell::RefCell;
use std::path::Path;
use std::time::{Duration, Instant};

use data_encoding::BASE64;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::driver::{Driver, Look};
use super::wire::Refusal;

/// How long something on a page is waited for: a bound against hanging, with room for a busy machine.
const PATIENCE: Duration = Duration::from_secs(45);
const BETWEEN_LOOKS: Duration = Duration::from_millis(40);
/// How WebDriver names a reference to an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser with one session. Ended, and its profile deleted, when dropped.
pub struct Browser {
    driver: Driver,
    path: String,
    console: RefCell<Vec<ConsoleLine>>,
    _profile: TempDir,
}

/// A line of the browser's log.
#[derive(Clone, Debug)]
pub struct ConsoleLine {
    /// `SEVERE`, `WARNING`, `INFO`, `DEBUG`.
    pub level: String,
    /// Such as `javascript`, `network`, `security`, `console-api`.
    pub source: String,
    /// What it says.
    pub text: String,
}

/// A choice of the person's system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Dark letters.
    Light,
    /// Light letters.
    Dark,
}

/// Keys that are no letters, as WebDriver writes them (section 17.4.2).
pub mod keys {
    /// Takes back all modifiers.
    pub const NONE: char = '\u{e000}';
    /// Backspace.
    pub const BACKSPACE: char = '\u{e003}';
    /// Tab.
    pub const TAB: char = '\u{e004}';
    /// Enter.
    pub const ENTER: char = '\u{e007}';
    /// Shift, held until the end of the call.
    pub const SHIFT: char = '\u{e008}';
    /// Alt, held until the end of the call.
    pub const ALT: char = '\u{e00a}';
    /// Control, held until the end of the call.
    pub const CONTROL: char = '\u{e009}';
    /// Escape.
    pub const ESCAPE: char = '\u{e00c}';
    /// Arrow up.
    pub const UP: char = '\u{e013}';
    /// Arrow down.
    pub const DOWN: char = '\u{e015}';
    /// Home.
    pub const HOME: char = '\u{e011}';
    /// End.
    pub const END: char = '\u{e010}';
}

/// Where a page goes and what it shows.
impl Browser {
    pub(super) fn new(driver: Driver, id: &str, profile: TempDir, look: &Look) -> Self {
        let browser = Self {
            driver,
            path: format!("/session/{id}"),
            console: RefCell::default(),
            _profile: profile,
        };
        browser.size(look.width, look.height);
        browser
    }

    /// Opens a page and waits until it is loaded.
    #[track_caller]
    pub fn go(&self, url: &str) {
        self.must("POST", "/url", &json!({ "url": url }));
    }

    /// Loads the page again.
    #[track_caller]
    pub fn reload(&self) {
        self.must("POST", "/refresh", &json!({}));
    }

    /// A step back.
    #[track_caller]
    pub fn back(&self) {
        self.must("POST", "/back", &json!({}));
    }

    /// Where it is.
    #[must_use]
    #[track_caller]
    pub fn url(&self) -> String {
        text_of(&self.must("GET", "/url", &Value::Null))
    }

    /// What stands in the title bar.
    #[must_use]
    #[track_caller]
    pub fn title(&self) -> String {
        text_of(&self.must("GET", "/title", &Value::Null))
    }

    /// The words that can be seen.
    #[must_use]
    #[track_caller]
    pub fn words(&self) -> String {
        plain_words(&text_of(
            &self.run("return document.body ? document.body.innerText : ''", &[]),
        ))
    }

    /// All of the page's tree as it is now, seen or not.
    #[must_use]
    #[track_caller]
    pub fn tree(&self) -> String {
        text_of(&self.run("return document.documentElement.outerHTML", &[]))
    }

    /// Waits for an element that is shown.
    #[track_caller]
    pub fn see(&self, selector: &str) {
        self.wait(&format!("{selector} is not there"), || self.shows(selector));
    }

    /// Waits until no such element is shown.
    #[track_caller]
    pub fn miss(&self, selector: &str) {
        self.wait(&format!("{selector} is still there"), || !self.shows(selector));
    }

    /// Waits for words.
    #[track_caller]
    pub fn read(&self, words: &str) {
        self.wait(&format!("{words:?} is not to be read"), || {
            self.words().contains(words)
        });
    }

    /// Waits until no such words are there.
    #[track_caller]
    pub fn read_no_more(&self, words: &str) {
        self.wait(&format!("{words:?} is still to be read"), || {
            !self.words().contains(words)
        });
    }

    /// Waits for words in the first element of this kind that has them.
    #[track_caller]
    pub fn read_in(&self, selector: &str, words: &str) {
        let reads = || self.each(selector).iter().any(|text| text.contains(words));
        self.wait(&format!("{words:?} is not to be read in {selector}"), reads);
    }

    /// The words of each element of this kind, in the page's order.
    #[must_use]
    #[track_caller]
    pub fn each(&self, selector: &str) -> Vec<String> {
        let script = "return [...document.querySelectorAll(arguments[0])].map(found => found.innerText)";
        let texts = self.run(script, &[json!(selector)]);
        let texts = texts.as_array().cloned().unwrap_or_default();
        texts.iter().map(|text| plain_words(&text_of(text))).collect()
    }

    /// Whether such an element is shown now.
    #[must_use]
    #[track_caller]
    pub fn shows(&self, selector: &str) -> bool {
        let script =
            "return [...document.querySelectorAll(arguments[0])].some(found => found.checkVisibility(
            { visibilityProperty: true, opacityProperty: true }))";
        self.run(script, &[json!(selector)]) == json!(true)
    }

    /// Waits until this is so; what is asked may change the page.
    ///
    /// # Panics
    ///
    /// When it does not come true. The message has `otherwise`, the words of the page and the console's log.
    #[track_caller]
    pub fn wait(&self, otherwise: &str, is_so: impl FnMut() -> bool) {
        if !comes_true(is_so) {
            panic!("{otherwise}{}", self.report());
        }
    }

    /// What the page looks like, as PNG.
    #[must_use]
    #[track_caller]
    pub fn screenshot(&self) -> Vec<u8> {
        let encoded = text_of(&self.must("GET", "/screenshot", &Value::Null));
        BASE64.decode(encoded.as_bytes()).unwrap()
    }
}

/// What a person does.
impl Browser {
    /// Clicks the first such element that is shown.
    #[track_caller]
    pub fn click(&self, selector: &str) {
        self.with_shown(selector, |element| {
            self.ask("POST", &format!("/element/{element}/click"), &json!({}))
        });
    }

    /// Clicks what is called so: a button, link, summary or label that is shown, by its accessible name.
    #[track_caller]
    pub fn press(&self, name: &str) {
        self.with_found(
            &format!("nothing to press is called {name:?}"),
            NAMED,
            &[json!(name)],
            |element| self.ask("POST", &format!("/element/{element}/click"), &json!({})),
        );
    }

    /// Writes into a field, key by key, in place of what it has.
    #[track_caller]
    pub fn fill(&self, selector: &str, text: &str) {
        self.with_shown(selector, |element| {
            self.ask("POST", &format!("/element/{element}/clear"), &json!({}))?;
            self.ask(
                "POST",
                &format!("/element/{element}/value"),
                &json!({ "text": text }),
            )
        });
    }

    /// Hands a file to a field for files, which may be hidden.
    #[track_caller]
    pub fn upload(&self, selector: &str, file: &Path) {
        let path = file.canonicalize().unwrap();
        let script = "return document.querySelector(arguments[0])";
        self.with_found(
            &format!("{selector} is not there"),
            script,
            &[json!(selector)],
            |element| {
                let text = json!({ "text": path.to_str().unwrap() });
                self.ask("POST", &format!("/element/{element}/value"), &text)
            },
        );
    }

    /// Presses keys, wherever the focus is. Modifiers of [`keys`] hold until the end of the call.
    #[track_caller]
    pub fn keys(&self, text: &str) {
        let is_modifier = |key: &char| matches!(*key, keys::SHIFT | keys::CONTROL | keys::ALT);
        let mut steps = Vec::new();
        for key in text.chars() {
            steps.push(json!({ "type": "keyDown", "value": key.to_string() }));
            if !is_modifier(&key) {
                steps.push(json!({ "type": "keyUp", "value": key.to_string() }));
            }
        }
        for key in text.chars().filter(is_modifier) {
            steps.push(json!({ "type": "keyUp", "value": key.to_string() }));
        }
        let actions = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": steps }] });
        self.must("POST", "/actions", &actions);
    }

    /// What has the focus: its tag, and its accessible name as far as attributes and words tell it.
    #[must_use]
    #[track_caller]
    pub fn focus(&self) -> String {
        plain_words(&text_of(&self.run(FOCUS, &[])))
    }

    /// The size of the page, exactly, in CSS pixels.
    #[track_caller]
    pub fn size(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", &size);
    }

    /// What the person's system asks pages for.
    #[track_caller]
    pub fn prefer(&self, scheme: Scheme, is_motion_reduced: bool) {
        let scheme = if scheme == Scheme::Dark { "dark" } else { "light" };
        let motion = if is_motion_reduced {
            "reduce"
        } else {
            "no-preference"
        };
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": motion },
        ] });
        self.cdp("Emulation.setEmulatedMedia", &features);
    }

    /// Opens another tab and works in it. The name is for [`Browser::to_tab`].
    #[must_use]
    #[track_caller]
    pub fn new_tab(&self) -> String {
        let opened = self.must("POST", "/window/new", &json!({ "type": "tab" }));
        let name = text_of(opened.get("handle").unwrap_or(&Value::Null));
        self.to_tab(&name);
        name
    }

    /// Works in a frame of the page, by its number from 0; `None`: in the page itself.
    #[track_caller]
    pub fn to_frame(&self, number: Option<u16>) {
        self.must("POST", "/frame", &json!({ "id": number }));
    }

    /// Each cookie that the page could have set.
    #[must_use]
    #[track_caller]
    pub fn cookies(&self) -> Vec<Value> {
        self.must("GET", "/cookie", &Value::Null)
            .as_array()
            .cloned()
            .unwrap_or_default()
    }

    /// The tabs that are open.
    #[must_use]
    #[track_caller]
    pub fn tabs(&self) -> Vec<String> {
        let tabs = self.must("GET", "/window/handles", &Value::Null);
        tabs.as_array()
            .cloned()
            .unwrap_or_default()
            .iter()
            .map(text_of)
            .collect()
    }

    /// The tab in which this works now.
    #[must_use]
    #[track_caller]
    pub fn tab(&self) -> String {
        text_of(&self.must("GET", "/window", &Value::Null))
    }

    /// Works in another tab.
    #[track_caller]
    pub fn to_tab(&self, name: &str) {
        self.must("POST", "/window", &json!({ "handle": name }));
    }
}

/// Scripts and what is told of them.
impl Browser {
    /// Runs the body of a function in the page and waits for what it returns, also for what a promise brings.
    #[track_caller]
    pub fn run(&self, script: &str, arguments: &[Value]) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.try_run(script, arguments) {
                Ok(value) => return value,
                // The page went away meanwhile and another one came.
                Err(refusal) if is_between_pages(&refusal) && Instant::now() < deadline => {
                    std::thread::sleep(BETWEEN_LOOKS);
                }
                Err(refusal) => panic!("the script failed: {refusal}{}", self.report()),
            }
        }
    }

    /// A command of the DevTools protocol.
    #[track_caller]
    pub fn cdp(&self, command: &str, parameters: &Value) -> Value {
        let command = json!({ "cmd": command, "params": parameters });
        self.must("POST", "/goog/cdp/execute", &command)
    }

    /// All that the browser's log had so far: errors of scripts, of the network, of the page's policy, and `console`.
    #[must_use]
    #[track_caller]
    pub fn console(&self) -> Vec<ConsoleLine> {
        self.take_log();
        self.console.borrow().clone()
    }

    /// That nothing went wrong in the page so far.
    ///
    /// # Panics
    ///
    /// Where the log has errors, or anything about the page's policy.
    #[track_caller]
    pub fn assert_no_errors(&self) {
        self.assert_no_errors_but(&[]);
    }

    /// That nothing went wrong in the page but what the test did on purpose: lines that have one of these words.
    ///
    /// # Panics
    ///
    /// As [`Browser::assert_no_errors`].
    #[track_caller]
    pub fn assert_no_errors_but(&self, expected: &[&str]) {
        let errors: Vec<ConsoleLine> = self
            .console()
            .into_iter()
            .filter(ConsoleLine::is_error)
            .filter(|line| !expected.iter().any(|words| line.text.contains(words)))
            .collect();
        assert!(errors.is_empty(), "the console has errors: {errors:#?}");
    }

    fn take_log(&self) {
        let lines = self.ask("POST", "/se/log", &json!({ "type": "browser" }));
        let lines = lines
            .ok()
            .and_then(|lines| lines.as_array().cloned())
            .unwrap_or_default();
        let text = |line: &Value, name: &str| text_of(line.get(name).unwrap_or(&Value::Null));
        self.console
            .borrow_mut()
            .extend(lines.iter().map(|line| ConsoleLine {
                level: text(line, "level"),
                source: text(line, "source"),
                text: text(line, "message"),
            }));
    }

    /// What a person who mends the test wants to know.
    fn report(&self) -> String {
        self.take_log();
        let script = "return location.href + '\\n' + (document.body ? document.body.innerText : '')";
        let page = self.try_run(script, &[]).map(|page| text_of(&page));
        let page = page.unwrap_or_else(|refusal| refusal.to_string());
        let console: Vec<String> = self.console.borrow().iter().map(ConsoleLine::to_string).collect();
        format!(
            "\n--- the page:\n{page}\n--- its console:\n{}\n---",
            console.join("\n")
        )
    }
}

impl ConsoleLine {
    /// Whether something went wrong.
    #[must_use]
    pub fn is_error(&self) -> bool {
        let words = [
            "Content Security Policy",
            "Content-Security-Policy",
            "TrustedHTML",
            "TrustedScript",
        ];
        self.level == "SEVERE"
            || self.source == "security"
            || words.iter().any(|word| self.text.contains(word))
    }
}

impl std::fmt::Display for ConsoleLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}: {}", self.level, self.source, self.text)
    }
}

/// How it is done.
impl Browser {
    #[track_caller]
    fn with_shown(&self, selector: &str, act: impl Fn(&str) -> Result<Value, Refusal>) {
        self.with_found(
            &format!("{selector} is not there"),
            SHOWN,
            &[json!(selector)],
            act,
        );
    }

    /// Finds an element by a script and does something with it, again while the page is changing.
    #[track_caller]
    fn with_found(
        &self,
        otherwise: &str,
        script: &str,
        arguments: &[Value],
        act: impl Fn(&str) -> Result<Value, Refusal>,
    ) {
        let mut last = String::new();
        let is_done = comes_true(|| {
            let found = self.run(script, arguments);
            let Some(element) = found.get(ELEMENT).and_then(Value::as_str) else {
                return false;
            };
            match act(element) {
                Ok(_) => true,
                Err(refusal) if refusal.may_pass() => {
                    last = refusal.to_string();
                    false
                }
                Err(refusal) => panic!("{refusal}{}", self.report()),
            }
        });
        assert!(is_done, "{otherwise} {last}{}", self.report());
    }

    fn try_run(&self, script: &str, arguments: &[Value]) -> Result<Value, Refusal> {
        self.ask(
            "POST",
            "/execute/sync",
            &json!({ "script": script, "args": arguments }),
        )
    }

    #[track_caller]
    fn must(&self, method: &str, path: &str, body: &Value) -> Value {
        match self.ask(method, path, body) {
            Ok(value) => value,
            Err(refusal) => panic!("{method} {path}: {refusal}{}", self.report()),
        }
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Result<Value, Refusal> {
        self.driver.ask(method, &format!("{}{path}", self.path), body)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.ask("DELETE", "", &Value::Null);
    }
}

fn comes_true(mut is_so: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if is_so() {
            return true;
        }
        if Instant::now() > deadline {
            return false;
        }
        std::thread::sleep(BETWEEN_LOOKS);
    }
}

fn is_between_pages(refusal: &Refusal) -> bool {
    let words = [
        "navigat",
        "context was destroyed",
        "Cannot find context",
        "Inspected target",
    ];
    words.iter().any(|word| refusal.message.contains(word)) && !refusal.code.contains("does not answer")
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Without marks of direction, each run of white space as one space.
fn plain_words(text: &str) -> String {
    let is_mark = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{2066}'..='\u{2069}');
    let text: String = text.chars().filter(|c| !is_mark(*c)).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first element of a selector that is shown.
const SHOWN: &str = "return [...document.querySelectorAll(arguments[0])].find(found => found.checkVisibility(
    { visibilityProperty: true, opacityProperty: true })) || null";

/// What is called so, the whole name before a part of one.
const NAMED: &str = r#"
const plain = text => (text || '').replace(/[\u200e\u200f\u2066-\u2069]/g, '').replace(/\s+/g, ' ').trim();
const name = found => plain(found.getAttribute('aria-label') || found.innerText || found.value || found.title);
const shown = [...document.querySelectorAll('button, a[href], summary, label, [role=button], input[type=submit]')]
    .filter(found => found.checkVisibility({ visibilityProperty: true }));
return shown.find(found => name(found) === arguments[0])
    || shown.find(found => name(found).includes(arguments[0])) || null;
"#;

/// The tag and the name of what has the focus.
const FOCUS: &str = r#"
const found = document.activeElement;
if (!found) return '';
const label = found.labels && found.labels.length ? found.labels[0].innerText : '';
return found.tagName.toLowerCase() + ' '
    + (found.getAttribute('aria-label') || label || found.innerText || found.getAttribute('placeholder') || '');
"#;
