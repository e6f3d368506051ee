//! What people do in the window, in real browsers, over a real server.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop"
)]

mod window;

use std::path::Path;
use std::time::Duration;

use chat::consent::Wish;
use client::Settings;
use flows::Town;
use flows::browser::{Browser, Driver, Look, keys};
use serde_json::json;
use ui::Config;
use window::{FLAT, PASSPHRASE, Window, config, flat, make_account, make_store, open_chat, unlock, write};

#[test]
fn two_people_begin_talk_catch_up_and_one_says_off() {
    let Some(driver) = Driver::start() else { return };
    let town = Town::new();
    let (anas, bobs) = (Window::first_run(&town), Window::first_run(&town));
    let [ana, bob] = [("Ana", &anas), ("Bob", &bobs)].map(|(name, window)| begin(&driver, window, name));

    invite(&ana, &address_of(&bob), "Flat 3B");
    bob.read_in("#chats", "You are invited");
    open_chat(&bob, "Flat 3B");
    bob.read("Joining shows them your name and address");
    bob.press("Join");
    bob.see("#text");

    write(&ana, "the boiler is out again");
    bob.read_in("#rows", "the boiler is out again");
    write(&bob, "I will call them");
    ana.read_in("#rows", "I will call them");

    // Bob looks elsewhere; Ana goes on.
    bob.keys(&keys::ESCAPE.to_string());
    bob.miss("#chat");
    for words in [
        "and another thing",
        "Bob, can you be home on Monday at 9 for the plumber?",
        "thanks",
    ] {
        write(&ana, words);
    }
    bob.read_in("#chats", "unread messages");
    open_chat(&bob, "Flat 3B");
    bob.read_in("#unread", "New messages");
    catch_up_jump_and_back(&bob);

    say(&ana, "AI off");
    bob.read_in("#pill", "AI off Ana");
    bob.click("#ask-now button");
    bob.read("AI is off in Flat 3B, because Ana said so.");
    bob.press("Who allows what");
    bob.read("It is the least that anybody here allows. Held there by: Ana");
    bob.press("Close");
    say(&ana, "AI on your devices");
    bob.read_in("#pill", "AI on your devices");
    bob.click("#ask-now button");
    bob.read("Of");
    bob.see(".machine-made .ran");

    bob.press("Journal");
    bob.read("Every use of AI in this store, and every refusal.");
    let entries = bob.each(".journal .entry");
    assert_eq!(entries.len(), 3, "{entries:?}");
    for (entry, outcome) in entries.iter().zip(["Answered", "Refused", "Answered"]) {
        assert!(entry.starts_with(&format!("{outcome} · Flat 3B")), "{entries:?}");
    }
    assert!(entries[1].contains("no message was given"), "{entries:?}");
    for browser in [&ana, &bob] {
        browser.assert_no_errors();
    }
}

/// First run: a store, then an account.
fn begin(driver: &Driver, window: &Window, name: &str) -> Browser {
    let browser = driver.browser();
    window.show(&browser);
    make_store(&browser);
    browser.read("Welcome");
    make_account(&browser, name);
    browser
}

fn address_of(browser: &Browser) -> String {
    browser.click(".me .person");
    browser.see("#mine");
    let address = browser.run("return document.querySelector('#mine').value", &[]);
    browser.press("Close");
    browser.miss("#mine");
    address.as_str().unwrap().to_owned()
}

fn invite(browser: &Browser, address: &str, title: &str) {
    browser.press("New chat");
    browser.fill("#title", title);
    browser.fill("#addresses", address);
    browser.press("Make the chat");
    browser.read_in("#head h1", title);
    browser.miss("#new");
}

/// The key messages name the plan; from its line to the message and back.
fn catch_up_jump_and_back(browser: &Browser) {
    browser.click("#unread [data-catchup]");
    browser.read("Picked by a program, quoted word for word");
    browser.read_in(".machine-made .line", "be home on Monday at 9");
    browser.read("in a process without network and files");
    let cited = browser.run(
        "return document.querySelector('.machine-made .line').dataset.jump",
        &[],
    );
    browser.click(".machine-made .line");
    let script = "return document.activeElement.closest('li')?.dataset.n";
    browser.wait("the message does not have the focus", || {
        browser.run(script, &[]) == cited
    });
    browser.keys(&keys::ESCAPE.to_string());
    let script = "return document.activeElement.dataset.jump";
    browser.wait("the line does not have the focus", || {
        browser.run(script, &[]) == cited
    });
    browser.press("Close");
}

/// Says what one allows.
fn say(browser: &Browser, what: &str) {
    browser.click("#pill");
    browser.see("#own-say");
    browser.press(what);
    browser.read_in("#pill", what);
    browser.press("Close");
}

#[test]
fn an_export_is_opened_without_account_and_server_and_caught_up_on() {
    let Some(driver) = Driver::start() else { return };
    let town = Town::new();
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        offline: true,
        ..town.settings()
    };
    let window = Window::with(&town, config(folder.path().join("store"), settings));
    let browser = driver.browser();
    window.show(&browser);
    make_store(&browser);
    browser.press("Open a file");
    let export = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sets/flatshare/chat.txt");
    browser.upload("#export-file", &export);
    browser.read("WhatsApp");
    browser.read("Who are you in it?");
    choose(&browser, "#me", "Dex");
    browser.press("Keep it");
    browser.see("#chat[data-state=archive]");
    browser.read_in("#composer", "An archive: to be read, searched and caught up on.");

    // On a screen where the panel lies over the chat.
    browser.size(390, 780);
    browser.click("#ask-now button");
    browser.see(".machine-made .line");
    browser.press("The last 200");
    browser.read("Of 200 messages");
    let first = browser.each(".machine-made .line")[0].clone();
    browser.click(".machine-made .line");
    browser.see("#back-to-panel");
    let has_focus = || {
        let message = browser.run(
            "return document.activeElement.closest('article')?.innerText ?? ''",
            &[],
        );
        message.as_str().unwrap().contains(longest_word(&first))
    };
    browser.wait(
        &format!("the message of {first} does not have the focus"),
        has_focus,
    );
    browser.press("Back to the key messages");
    browser.miss("#back-to-panel");
    browser.see(".machine-made .line");

    browser.size(1100, 780);
    search_and_jump(&browser);
    browser.click("#pill");
    browser.read("An imported chat never goes further than this device");
    browser.assert_no_errors();
}

fn choose(browser: &Browser, selector: &str, value: &str) {
    browser.see(selector);
    browser.run(
        "const select = document.querySelector(arguments[0]); select.value = arguments[1];
         if (select.value !== arguments[1]) throw new Error('there is no such choice');
         select.dispatchEvent(new Event('change', { bubbles: true }))",
        &[json!(selector), json!(value)],
    );
}

fn longest_word(line: &str) -> &str {
    let (_, quote) = line.split_once(':').unwrap_or(("", line));
    let words = quote.split(|c: char| !c.is_alphabetic());
    words
        .filter(|word| *word != "message")
        .max_by_key(|word| word.len())
        .unwrap()
}

fn search_and_jump(browser: &Browser) {
    browser.fill("#search", "boiler");
    browser.see("#results .hits button");
    let hit = browser.each("#results .hits button")[0].clone();
    assert!(hit.to_lowercase().contains("boiler"), "{hit}");
    browser.click("#results .hits button");
    let script = "return document.activeElement.closest('article')?.innerText ?? ''";
    browser.wait("the message that was found has no focus", || {
        browser
            .run(script, &[])
            .as_str()
            .unwrap()
            .to_lowercase()
            .contains("boiler")
    });
    browser.fill("#search", "zzzzqqq");
    browser.read("No message has these words.");
}

#[test]
fn a_window_locks_and_nothing_of_a_message_is_left() {
    let Some(driver) = Driver::start() else { return };
    let town = Town::new();
    let mut window = Window::first_run(&town);
    let browser = begin(&driver, &window, "Ana");
    invite(&browser, "", "A secret title");
    write(&browser, "a secret word");
    browser.fill("#text", "a secret draft");
    let has_secret = || browser.tree().contains("secret") || kept(&browser).contains("secret");
    assert!(has_secret(), "control: it is there before");
    browser.click("#lock-now");
    browser.see("#lock");
    assert!(!has_secret(), "{}", browser.tree());
    assert_eq!(browser.title(), "Snug");
    unlock(&browser, "another passphrase");
    browser.read("This passphrase does not open the store.");
    assert!(!has_secret());
    browser.back();
    browser.wait("there is a page", || browser.url() != "about:blank");
    assert!(!has_secret(), "{}", browser.tree());
    window.show(&browser);
    unlock(&browser, PASSPHRASE);
    open_chat(&browser, "A secret title");
    browser.read_in("#rows", "a secret word");
    // A wrong passphrase, and what was asked while it locked.
    browser.assert_no_errors_but(&["422", "423", "net::ERR"]);

    // The same store, in a window that locks itself.
    window.end();
    let idle = Config {
        lock_after: Some(Duration::from_secs(4)),
        ..config(window.store_folder(), town.settings())
    };
    let idle = Window::with(&town, idle);
    idle.show(&browser);
    unlock(&browser, PASSPHRASE);
    browser.read("A secret title");
    browser.see("#lock");
    assert!(!has_secret(), "{}", browser.tree());
    // Locked by itself, the server says so too.
    assert_eq!(idle.get("/search?q=secret", &idle.session()).status, 423);
}

/// What a page may keep.
fn kept(browser: &Browser) -> String {
    let kept = "return JSON.stringify([localStorage, sessionStorage, history.state, location.href, document.cookie, name])";
    browser.run(kept, &[]).as_str().unwrap().to_owned()
}

#[test]
fn without_a_server_messages_wait_and_leave_by_themselves() {
    let Some(driver) = Driver::start() else { return };
    let mut town = Town::new();
    let [ana, bob] = ["Ana", "Bob"].map(|name| town.person(name));
    let _ = ana.new_chat("Two", &[&bob]);
    let (window, browser) = (Window::of(&town, &ana), driver.browser());
    window.show(&browser);
    open_chat(&browser, "Two");
    write(&browser, "with a server");
    browser.wait("it is not sent", || browser.shows("#rows .mine .sent"));
    assert!(!browser.words().contains("The server does not answer"), "control");

    town.stop_server();
    write(&browser, "written on a train");
    browser.read_in(
        "#reach",
        "The server does not answer. What you write is kept and sent when it does.",
    );
    browser.read_in("#rows .mine .waiting", "waiting");
    browser.read_in("#chats", "⧖");
    assert_eq!(bob.heard(bob.chat("Two")).len(), 0);

    town.start_server();
    browser.read_no_more("The server does not answer");
    browser.miss("#rows .waiting");
    browser.miss("#chats .waiting");
    browser.wait("Bob does not hear it", || {
        bob.sync();
        bob.heard(bob.chat("Two"))
            .iter()
            .any(|(_, words)| words == "written on a train")
    });
    assert_eq!(browser.each("#rows .mine .words").len(), 2, "each is shown once");
    browser.assert_no_errors();
}

#[test]
fn a_reply_is_written_and_followed_to_what_it_answers() {
    let Some(driver) = Driver::start() else { return };
    let town = Town::new();
    let [ana, bob, _cleo] = flat(&town);
    let (window, browser) = (Window::of(&town, &ana), driver.browser());
    window.show(&browser);
    open_chat(&browser, "Flat 3B");
    browser.read_in("#rows", FLAT[11].1);
    let number = browser.run(
        "const row = [...document.querySelectorAll('#rows li')].find(row => row.innerText.includes(arguments[0]));
         return row.dataset.n",
        &[json!(FLAT[5].1)],
    );
    let reply = format!("#m{} .answer", number.as_str().unwrap());
    browser.run(
        "document.querySelector(arguments[0]).scrollIntoView()",
        &[json!(reply)],
    );
    browser.run("document.querySelector(arguments[0]).focus()", &[json!(reply)]);
    browser.click(&reply);
    browser.read_in("#answering", &format!("Bob: {}", FLAT[5].1));
    write(&browser, "yes, on Thursday");
    browser.miss("#answering");
    browser.read_in("#rows .mine .answered", FLAT[5].1);
    browser.click("#rows .mine .answered");
    let script = "return document.activeElement.closest('li')?.dataset.n";
    browser.wait("what it answers has no focus", || {
        browser.run(script, &[]) == number
    });
    browser.reload();
    browser.read_in("#head h1", "Flat 3B");
    browser.read_in("#rows .mine", "yes, on Thursday");
    browser.assert_no_errors();

    bob.sync();
    let lines = bob.all(bob.chat("Flat 3B"));
    let reply = lines.iter().find(|line| line.text == "yes, on Thursday").unwrap();
    let answered = lines.iter().find(|line| Some(line.n) == reply.reply_to).unwrap();
    assert_eq!(answered.text, FLAT[5].1);
}

#[test]
fn everything_is_done_with_the_keyboard() {
    let Some(driver) = Driver::start() else { return };
    let town = Town::new();
    let [ana, _bob, _cleo] = flat(&town);
    let _ = ana
        .client()
        .new_chat("Alone".into(), vec![], chat::Suite::XWing)
        .wait()
        .unwrap();
    let (window, browser) = (Window::of(&town, &ana), driver.browser());
    window.show(&browser);
    browser.see("#room");
    let chord = |modifier: char, key: &str| browser.keys(&format!("{modifier}{key}"));

    browser.keys(&keys::TAB.to_string());
    assert_eq!(
        browser.focus(),
        "a To the messages",
        "the first stop leads past the list"
    );
    let title = || browser.each("#head h1").join("");
    chord(keys::ALT, &keys::DOWN.to_string());
    browser.wait("no chat is open", || !title().is_empty());
    let first = title();
    chord(keys::ALT, &keys::DOWN.to_string());
    browser.wait("no other chat is open", || {
        title() != first && !title().is_empty()
    });
    if title() != "Flat 3B" {
        chord(keys::ALT, &keys::UP.to_string());
        browser.read_in("#head h1", "Flat 3B");
    }
    browser.wait("one cannot write at once", || {
        browser.focus().starts_with("textarea")
    });
    browser.keys(&format!("typed{}", keys::ENTER));
    browser.read_in("#rows .mine", "typed");
    browser.keys(&keys::UP.to_string());
    browser.wait("no message has the focus", || {
        browser.focus().starts_with("article")
    });
    for _ in 0..3 {
        browser.keys(&keys::UP.to_string());
    }
    browser.keys("r");
    browser.see("#answering");
    browser.wait("one cannot write", || browser.focus().starts_with("textarea"));
    browser.keys(&format!("a reply{}", keys::ENTER));
    browser.see("#rows .mine .answered");
    browser.keys(&keys::UP.to_string());
    browser.keys("c");
    browser.read("Picked by a program");
    browser.keys(&keys::ESCAPE.to_string());
    browser.miss(".machine-made");

    chord(keys::CONTROL, "k");
    browser.wait("the search has no focus", || browser.focus().starts_with("input"));
    browser.keys("plumber");
    browser.see("#results .hits button");
    browser.keys(&keys::TAB.to_string());
    browser.wait("the hit has no focus", || browser.focus().contains("plumber"));
    browser.keys(&keys::ENTER.to_string());
    browser.wait("the message has no focus", || {
        browser.focus().starts_with("article")
            && browser
                .run("return document.activeElement.innerText", &[])
                .to_string()
                .contains("plumber")
    });
    browser.keys("?");
    browser.see("#keys[open]");
    browser.keys(&keys::ESCAPE.to_string());
    browser.miss("#keys[open]");
    chord(keys::ALT, "l");
    browser.see("#lock");
    browser.assert_no_errors_but(&["423"]);
}

#[test]
fn the_window_speaks_german_to_a_german_browser() {
    let Some(driver) = Driver::start() else { return };
    let town = Town::new();
    let [ana, bob, _cleo] = flat(&town);
    bob.client()
        .set_consent(bob.chat("Flat 3B"), Wish::Off)
        .wait()
        .unwrap();
    ana.sync();
    let window = Window::of(&town, &ana);
    let [german, english] = ["de", "en"].map(|language| {
        driver.browser_with(&Look {
            language,
            ..Look::default()
        })
    });
    for browser in [&german, &english] {
        window.show(browser);
        open_chat(browser, "Flat 3B");
        browser.click("#ask-now button");
        browser.see(".machine-made .verdict");
    }
    assert_eq!(german.run("return document.documentElement.lang", &[]), "de");
    assert!(!english.words().contains("KI"), "control");
    german.read("KI");
    for words in ["AI is off in", "People", "Write a message", "New messages"] {
        english.read(words);
        assert!(!german.words().contains(words), "{words}: {}", german.words());
    }
    german.click("#pill");
    german.see("#own-say");
    german.assert_no_errors();
    english.assert_no_errors();
}
