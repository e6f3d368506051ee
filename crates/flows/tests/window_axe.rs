//! Every page of the window and every state of it, looked at by axe: in light and dark, wide and 320 px narrow, where nothing may
//! scroll sideways (WCAG 2.2 AA, and what axe's makers call best practice). What no program can check is not checked here.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop"
)]

mod window;

use std::cell::RefCell;
use std::path::Path;

use chat::Suite;
use chat::consent::Wish;
use flows::browser::{Browser, Driver, Scheme};
use flows::{Person, Town};
use serde_json::json;
use window::{Window, closed_store, config, draft, flat, make_store, open_chat, unlock};

const WIDE: (u32, u32) = (1100, 780);
const NARROW: (u32, u32) = (320, 640);
/// What does not break by itself.
const LONG: &str = "https://a.example/a/very/long/address/that/nobody/wants/to/type/and/that/has/no/place/where/it/could/be/broken/\
    except-that-it-has-to-be-broken-somewhere-on-a-narrow-screen-0123456789012345678901234567890123456789";
const ARABIC: &str = "مرحبا بالجميع، هل يمكنكم الحضور يوم الجمعة في الساعة 8؟";

#[test]
fn before_a_store_is_open() {
    let Some(driver) = Driver::start() else { return };
    let town = Town::new();
    let browser = driver.browser();
    let looks = Looks::through(&browser);
    let first = Window::first_run(&town);
    browser.go(&format!("http://{}/", first.host()));
    browser.read("This page has no key");
    looks.at("a page without a key");
    first.show(&browser);
    browser.see("#first");
    looks.at("the first run");
    browser.fill("#passphrase", "one");
    browser.fill("#again", "another");
    browser.press("Make the store");
    browser.read("The two differ. Type them again.");
    looks.at("passphrases that differ");

    let folder = closed_store(&town, |_| {});
    let mut locked = Window::with(&town, config(folder.path().join("store"), town.settings()));
    locked.show(&browser);
    browser.see("#lock");
    looks.at("a locked store");
    unlock(&browser, "not this one");
    browser.read("This passphrase does not open the store.");
    looks.at("a wrong passphrase");
    unlock(&browser, window::PASSPHRASE);
    browser.see("#room");
    locked.end();
    browser.read("Snug has ended");
    looks.at("a window whose program has ended");
    browser.assert_no_errors_but(&["net::ERR", "422", "Failed to load"]);
    looks.end();
}

#[test]
fn without_an_account() {
    let Some(driver) = Driver::start() else { return };
    let town = Town::new();
    let (window, browser) = (Window::first_run(&town), driver.browser());
    let looks = Looks::through(&browser);
    window.show(&browser);
    make_store(&browser);
    looks.at("an empty store");
    browser.fill("#name", "Ana");
    browser.fill("#server", "no server at all");
    browser.press("Make the account");
    browser.see("[role=alert]");
    looks.at("a server that is none");
    browser.press("Open a file");
    browser.see("#export-file");
    looks.at("the question for an export");
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.txt");
    std::fs::write(&empty, "no message").unwrap();
    browser.upload("#export-file", &empty);
    browser.see("#export-form .fault");
    looks.at("a file that is no export");
    browser.upload(
        "#export-file",
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sets/flatshare/chat.txt"),
    );
    browser.read("Who are you in it?");
    looks.at("what is in an export");
    browser.press("Keep it");
    browser.see("#chat[data-state=archive]");
    looks.at("an archive");
    browser.click("#pill");
    browser.read("never goes further than this device");
    looks.at("what AI may do with an archive");
    browser.assert_no_errors_but(&["422"]);
    looks.end();
}

#[test]
fn the_lists_and_panels() {
    let Some(driver) = Driver::start() else { return };
    let town = Town::new();
    let people = crowd(&town);
    let (window, browser) = (Window::of(&town, &people[0]), driver.browser());
    let looks = Looks::through(&browser);
    window.show(&browser);
    browser.see("#room");
    looks.at("no chat is open");
    open_chat(&browser, "Flat 3B");
    for (selector, words, what) in [
        (".me .person", "My address", "the address"),
        ("[hx-get='/journal']", "AI was not used yet.", "an empty journal"),
        ("[hx-get='/help']", "What this does not stop", "help"),
        ("[hx-get$='/people']", "Safety", "people"),
        ("[hx-get='/new']", "Whom do you invite?", "a new chat"),
    ] {
        browser.click(selector);
        browser.see("#panel h2");
        if what != "people" {
            browser.read_in("#panel", words);
        } else {
            browser.see("#panel .people");
        }
        looks.at(what);
    }
    browser.fill("#title", "Another");
    browser.fill("#addresses", "nobody");
    browser.press("Make the chat");
    browser.see("#new .fault");
    looks.at("an address that is none");
    browser.press("Close");
    browser.fill("#search", "plumber");
    browser.see("#results .hits");
    looks.at("messages that were found");
    browser.fill("#search", "zzzzqqq");
    browser.read("No message has these words.");
    looks.at("nothing found");
    browser.fill("#search", "");
    browser.run(
        "document.querySelector('#search').value = ''; document.querySelector('#keys').showModal()",
        &[],
    );
    browser.see("#keys[open]");
    looks.at("the keys");
    browser.run("document.querySelector('#keys').close()", &[]);
    open_chat(&browser, "An invitation");
    browser.see("#invitation");
    looks.at("an invitation");
    open_chat(&browser, "Two");
    browser.click("[hx-get$='/people']");
    browser.see("#panel .safety");
    looks.at("people who can compare a number");
    browser.press("Close");
    open_chat(&browser, "Left");
    browser.read_in("#composer", "You left this chat.");
    looks.at("a chat that one left");
    browser.assert_no_errors_but(&["422"]);
    looks.end();
}

#[test]
fn a_chat_with_all_that_can_be_in_it() {
    let Some(driver) = Driver::start() else { return };
    let mut town = Town::new();
    let people = crowd(&town);
    let (window, browser) = (Window::of(&town, &people[0]), driver.browser());
    let looks = Looks::through(&browser);
    window.show(&browser);
    open_chat(&browser, "Flat 3B");
    browser.read_in("#rows", ARABIC);
    browser.see("#unread");
    looks.at("a chat");
    let arabic = "const found = [...document.querySelectorAll('#rows .words')].find(words => words.innerText.includes(arguments[0]));
        return [getComputedStyle(found).direction, getComputedStyle(document.querySelector('#rows')).direction]";
    assert_eq!(
        browser.run(arabic, &[json!(ARABIC)]),
        json!(["rtl", "ltr"]),
        "each message has its own direction"
    );

    browser.click("#ask-now button");
    browser.see(".machine-made .ran");
    looks.at("key messages");
    browser.click("#pill");
    browser.see("#own-say");
    looks.at("what AI may do");
    browser.press("AI off");
    browser.read_in("#pill", "AI off");
    looks.at("AI off");
    browser.click("#ask-now button");
    browser.see(".machine-made .verdict");
    looks.at("a refusal");
    browser.press("Journal");
    browser.see("#panel .entry");
    looks.at("a journal");
    browser.press("Close");

    town.stop_server();
    browser.fill("#text", LONG);
    browser.press("Send");
    browser.see("#rows .waiting");
    browser.see("#reach .reach");
    browser.run(
        "document.querySelector('#rows li:last-child .answer').focus()",
        &[],
    );
    browser.click("#rows li:last-child .answer");
    browser.see("#answering");
    looks.at("a server that is away, a message that waits, a reply that is begun");
    browser.assert_no_errors();
    looks.end();
}

/// A flat in which much was said, the last of it unread, and an invitation.
fn crowd(town: &Town) -> [Person; 3] {
    let [ana, bob, cleo] = flat(town);
    let (anas, bobs) = (ana.chat("Flat 3B"), bob.chat("Flat 3B"));
    ana.client()
        .send(anas, draft("mine, and never for AI", Some(3), true))
        .wait()
        .unwrap();
    bob.sync();
    for text in [LONG, ARABIC, "שלום לכולם", "two\nlines", "🏠", "<b>no markup</b>"] {
        bob.client()
            .send(bobs, draft(text, Some(4), false))
            .wait()
            .unwrap();
    }
    cleo.client()
        .set_consent(cleo.chat("Flat 3B"), Wish::OnDevice)
        .wait()
        .unwrap();
    let invited = vec![ana.address.clone()];
    cleo.client()
        .new_chat("An invitation".into(), invited, Suite::XWing)
        .wait()
        .unwrap();
    let _ = bob.new_chat("Two", &[&ana]);
    let _ = cleo.new_chat("Left", &[&ana]);
    ana.client().leave(ana.chat("Left")).wait().unwrap();
    ana.sync();
    [ana, bob, cleo]
}

/// One look at everything; what was found is told at the end, all of it.
struct Looks<'a> {
    browser: &'a Browser,
    found: RefCell<Vec<String>>,
}

impl<'a> Looks<'a> {
    fn through(browser: &'a Browser) -> Self {
        Self {
            browser,
            found: RefCell::default(),
        }
    }

    /// In light and dark, wide and narrow.
    fn at(&self, what: &str) {
        let browser = self.browser;
        for ((width, height), scheme) in [
            (WIDE, Scheme::Light),
            (WIDE, Scheme::Dark),
            (NARROW, Scheme::Light),
            (NARROW, Scheme::Dark),
        ] {
            browser.size(width, height);
            browser.prefer(scheme, true);
            let (axe, sideways) = (browser.axe(), browser.run(SIDEWAYS, &[]));
            assert!(axe.passes > 0, "{what}: axe looked at nothing");
            let mut found = self.found.borrow_mut();
            for broken in axe.violations {
                found.push(format!(
                    "{what}, {width} px, {scheme:?}: {}: {:#?}",
                    broken.help, broken.nodes
                ));
            }
            if sideways != json!([]) {
                found.push(format!("{what}, {width} px: scrolls sideways: {sideways}"));
            }
        }
        browser.size(WIDE.0, WIDE.1);
        browser.prefer(Scheme::Light, true);
    }

    /// Nothing was found.
    #[track_caller]
    fn end(self) {
        let found = self.found.into_inner();
        assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
    }
}

/// What is wider than its place, of the page and all that scrolls in it.
const SIDEWAYS: &str = r#"
const name = found => found.tagName.toLowerCase() + (found.id ? '#' + found.id : '') + [...found.classList].map(one => '.' + one).join('');
const all = [...document.querySelectorAll('*')].filter(found => found.checkVisibility());
const scrolls = found => found === document.scrollingElement || ['auto', 'scroll'].includes(getComputedStyle(found).overflowX);
const wide = all.filter(found => scrolls(found) && found.scrollWidth > found.clientWidth + 1);
const beyond = (box, found) => found.getBoundingClientRect().right > box.getBoundingClientRect().right + 1;
const culprits = box => all.filter(found => box.contains(found) && found !== box && beyond(box, found)).map(name);
return wide.map(found => `${name(found)} ${found.scrollWidth} > ${found.clientWidth} for ${culprits(found).slice(0, 9).join(', ')}`);
"#;
