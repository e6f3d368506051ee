//! Markup in all that others write: names, titles, messages, names of files. It is shown as it was written, everywhere, and does nothing.
//! The controls: the same words in a page that does not escape them, where they run; and what the window's policy stops even then.

use crate::window::site::{Reply, Site};
use crate::window::{Window, draft, open_chat};
use chat::Suite;
use chat::consent::Wish;
use client::api::ChatState;
use flows::browser::{Browser, Driver};
use flows::{Person, Town};
use serde_json::json;

/// What messages say. N is the number of the payload, by which it tells that it ran.
const MESSAGES: [&str; 20] = [
    "<script>ran(N)</script>",
    "<img src=/evil-N onerror=ran(N)>",
    "\"><svg onload=ran(N)>",
    "'><details open ontoggle=ran(N)>",
    "<div hx-get=/evil-N hx-trigger=load>x</div>",
    "<div hx-on:htmx:after:init=ran(N) hx-on:click=ran(N) hx-get=/evil-N hx-trigger=load>x</div>",
    "<div data-hx-get=/evil-N data-hx-trigger=load>x</div>",
    "<b hx-post=/lock hx-trigger=load hx-target=body>x</b>",
    "<i hx-get=/evil-N hx-trigger=\"load[ran(N)]\" hx-vals='js:{a: ran(N)}'>x</i>",
    "<hx-partial hx-target=\"#app\" hx-swap=innerHTML><p id=taken>ran N</p></hx-partial>",
    "<template hx type=partial hx-target=\"#app\"><p id=taken>x</p></template>",
    "<p id=taken hx-swap-oob=\"outerHTML:#app\">ran N</p>",
    "<div hx-sse:connect=/evil-N>x</div>",
    "<iframe src=/evil-N srcdoc='<script>parent.ran(N)</script>'></iframe>",
    "<base href=http://evil.example/><meta http-equiv=refresh content='0;url=/evil-N'>",
    "<style>@import '/evil-N'; * { display: none }</style><link rel=stylesheet href=/evil-N>",
    "<form action=/lock method=post><button id=lock>x</button></form><object data=/evil-N></object>",
    "javascript:ran(N) https://a.example/\"onmouseover=\"ran(N) http://a.example/'><img/src=/evil-N>",
    "</textarea></template></noscript></p></li></ol><script>ran(N)</script>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=/evil-N onerror=ran(N)&gt;\">",
];
/// Of 64 bytes at most.
const NAME: &str = "<img src=/evil-90 onerror=ran(90)>";
const OTHER_NAME: &str = "\"><b hx-get=/evil-91 hx-trigger=load>Eve</b>";
/// Of 128 bytes at most.
const TITLE: &str = "<script>ran(92)</script><b hx-get=/evil-92 hx-trigger=load>x</b>";
const INVITATION: &str = "</title></bdi><svg onload=ran(93)><b hx-get=/evil-93 hx-trigger=load>";
const FILE: &str = "<img src=x onerror=ran(94)><b hx-get=evil-94 hx-trigger=load>.txt";

fn message(n: usize) -> String {
    MESSAGES[n].replace('N', &n.to_string())
}

/// Two people whose names are markup, and what they wrote.
fn house(town: &Town) -> [Person; 2] {
    let [ana, eve] = [NAME, OTHER_NAME].map(|name| town.person(name));
    let chat = ana.new_chat(TITLE, &[&eve]);
    let eves = eve.client().chats().wait().unwrap();
    let eves = eves.iter().find(|chat| chat.state == ChatState::Live).unwrap().id;
    let mut answered = None;
    for n in 0..MESSAGES.len() {
        let sent = eve
            .client()
            .send(eves, draft(&message(n), answered, false))
            .wait()
            .unwrap();
        answered = Some(sent.n);
    }
    let plan = format!("can you pay {} by Friday at 9?", message(1));
    eve.client().send(eves, draft(&plan, None, false)).wait().unwrap();
    let invited = vec![ana.address.clone()];
    eve.client()
        .new_chat(INVITATION.into(), invited, Suite::XWing)
        .wait()
        .unwrap();
    ana.sync();
    ana.client()
        .send(chat, draft(&message(1), Some(4), false))
        .wait()
        .unwrap();
    [ana, eve]
}

#[test]
fn what_others_write_is_shown_and_does_nothing() {
    let Some(driver) = Driver::start() else { return };
    let town = Town::new();
    let [ana, eve] = house(&town);
    let (window, browser) = (Window::of(&town, &ana), driver.browser());
    window.show(&browser);
    browser.see("#room");
    browser.run(
        "window.ran = n => { (window.done ??= []).push(n); return true; }",
        &[],
    );

    browser.read_in("#chats", TITLE);
    assert_harmless(&browser, "the list of chats");
    browser.press(TITLE);
    for n in 0..MESSAGES.len() {
        let shown = message(n).split_whitespace().collect::<Vec<_>>().join(" ");
        browser.read_in("#rows .words", &shown);
    }
    browser.read_in("#rows .author", OTHER_NAME);
    browser.read_in("#head h1", TITLE);
    assert_harmless(&browser, "a chat");
    for n in 0..MESSAGES.len() {
        browser.run(REPLY, &[json!(n)]);
        assert_harmless(&browser, "a reply that is begun");
    }
    browser.run("document.querySelectorAll('#rows a').forEach(link => link.dispatchEvent(new MouseEvent('mouseover', { bubbles: true })))", &[]);

    browser.click("[hx-get$='/people']");
    browser.read_in("#panel", OTHER_NAME);
    assert_harmless(&browser, "people");
    browser.click(".me .person");
    browser.read_in("#panel", NAME);
    assert_harmless(&browser, "the address");
    browser.click("#ask-now button");
    browser.read_in(".machine-made", "by Friday at 9");
    browser.read_in(".machine-made", OTHER_NAME);
    assert_harmless(&browser, "key messages");
    for words in ["script", "hx", "evil", "onerror", "Friday"] {
        browser.fill("#search", words);
        browser.see("#results .hits");
        assert_harmless(&browser, "search");
    }
    let eves = eve
        .client()
        .chats()
        .wait()
        .unwrap()
        .iter()
        .find(|chat| chat.title == TITLE)
        .unwrap()
        .id;
    eve.client().set_consent(eves, Wish::Off).wait().unwrap();
    browser.read_in("#pill", "AI off");
    browser.click("#ask-now button");
    browser.read_in(
        ".machine-made",
        &format!("AI is off in {TITLE}, because {OTHER_NAME} said so."),
    );
    assert_harmless(&browser, "a refusal");
    browser.click("#pill");
    browser.read_in("#panel", OTHER_NAME);
    assert_harmless(&browser, "consent");
    browser.click("[hx-get='/journal']");
    browser.read_in("#panel .entry", TITLE);
    assert_harmless(&browser, "the journal");

    eve.client()
        .send(eves, draft(&format!("live {}", message(0)), None, false))
        .wait()
        .unwrap();
    browser.read_in("#rows .words", &format!("live {}", message(0)));
    assert_harmless(&browser, "a message that comes while one looks");
    browser.press(INVITATION);
    browser.see("#invitation");
    browser.read_in("#head h1", INVITATION);
    assert_harmless(&browser, "an invitation");
    browser.assert_no_errors();
}

/// Answers a message, so that its author and words are shown once more.
const REPLY: &str = "document.querySelectorAll('#rows .answer')[arguments[0]].click()";

#[test]
fn a_file_with_a_name_and_people_of_markup_does_nothing() {
    let Some(driver) = Driver::start() else { return };
    let town = Town::new();
    let (window, browser) = (Window::first_run(&town), driver.browser());
    window.show(&browser);
    crate::window::make_store(&browser);
    browser.run(
        "window.ran = n => { (window.done ??= []).push(n); return true; }",
        &[],
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(FILE);
    let lines = (0..MESSAGES.len()).map(|n| format!("12/03/2026, 08:{n:02} - {}: {}\n", NAME, message(n)));
    std::fs::write(&file, lines.collect::<String>()).unwrap();
    browser.press("Open a file");
    browser.upload("#export-file", &file);
    browser.read("Who are you in it?");
    assert_harmless(&browser, "what is in a file");
    browser.press("Keep it");
    browser.see("#chat[data-state=archive]");
    for n in 0..MESSAGES.len() {
        let shown = message(n).split_whitespace().collect::<Vec<_>>().join(" ");
        browser.read_in("#rows .words", &shown);
    }
    browser.read_in("#rows .author", NAME);
    browser.read_in("#head h1", "<img src=x onerror=ran(94)>");
    assert_harmless(&browser, "an archive");
    browser.assert_no_errors();
}

/// That nothing ran, nothing was asked for, and nothing but text came into the page.
#[track_caller]
fn assert_harmless(browser: &Browser, what: &str) {
    let done = browser.run("return JSON.stringify([window.done ?? [], performance.getEntriesByType('resource').map(one => one.name)])", &[]);
    let done = done.as_str().unwrap();
    assert!(
        done.starts_with("[[],") && !done.contains("/evil-"),
        "{what}: {done}"
    );
    let found = browser.run(FOREIGN, &[]);
    assert_eq!(found, json!([]), "{what}");
}

/// Elements and attributes that no page of the window has.
const FOREIGN: &str = r#"
const found = [...document.body.querySelectorAll('img, iframe, object, embed, base, meta, style, link, math, details[ontoggle], #taken, form[action], [hx-partial], hx-partial')];
for (const element of document.body.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
        if (name.startsWith('on') || name.includes('hx-on') || /evil|ran\(/.test(value) && !['data-author', 'aria-label', 'title', 'value'].includes(name)
            && !(name === 'href' && /^https?:/.test(value))) found.push(element);
    }
}
return found.map(element => element.outerHTML.slice(0, 200));
"#;

#[test]
fn control_the_same_words_run_where_they_are_not_escaped() {
    let Some(driver) = Driver::start() else { return };
    let town = Town::new();
    let ana = town.person("Ana");
    let window = Window::of(&town, &ana);
    let htmx = window.get("/assets/htmx.min.js", "").text();
    let careless = Site::start(move |request| match request.target.as_str() {
        "/htmx.js" => Some(Reply::script(htmx.clone())),
        "/ran.js" => Some(Reply::script(
            "window.ran = n => { (window.done ??= []).push(n); return true; }",
        )),
        "/all" => Some(Reply::html(page(0..MESSAGES.len() - 5))),
        target => {
            let n: usize = target.strip_prefix("/only-")?.parse().ok()?;
            Some(Reply::html(page(n..n + 1)))
        }
    });
    let browser = driver.browser();
    let mut idle = Vec::new();
    for n in 0..MESSAGES.len() {
        browser.go(&careless.url(&format!("/only-{n}")));
        let has_run = || {
            let script = "return JSON.stringify(window.done ?? []) + (document.querySelector('#taken') ? ' taken' : '')
                + (document.body.checkVisibility() ? '' : ' hidden') + document.baseURI";
            let done = browser.run(script, &[]);
            let done = done.as_str().unwrap();
            done.contains(&format!("[{n}"))
                || done.contains("taken")
                || done.contains("hidden")
                || done.contains("evil.example")
                || careless.was_asked("GET", &format!("/evil-{n}"))
                || careless.was_asked("POST", "/lock")
        };
        let runs = (0..20).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(50));
            has_run()
        });
        if !runs {
            idle.push(message(n));
        }
    }
    // A form waits for its button, a partial for an answer of the server; the rest runs by itself.
    assert!(idle.len() <= 3, "control: these do nothing anywhere: {idle:#?}");
}

fn page(which: std::ops::Range<usize>) -> String {
    let body: String = which.map(|n| format!("<p>{}</p>", message(n))).collect();
    format!(
        "<!doctype html><title>Careless</title><script src=/ran.js></script><script src=/htmx.js></script><body><div id=app>{body}</div>"
    )
}

#[test]
fn the_policy_stops_what_would_get_in_all_the_same() {
    let Some(driver) = Driver::start() else { return };
    let town = Town::new();
    let ana = town.person("Ana");
    let _ = ana
        .client()
        .new_chat("Alone".into(), vec![], Suite::XWing)
        .wait()
        .unwrap();
    let (window, browser) = (Window::of(&town, &ana), driver.browser());
    let careless = Site::start(|request| match request.target.as_str() {
        "/page" => Some(Reply::html("<!doctype html><title>Careless</title><body>")),
        "/far.js" => Some(Reply::script("window.far = true")),
        _ => Some(Reply {
            kind: "text/plain",
            lines: "Access-Control-Allow-Origin: *\r\n",
            body: "reached".into(),
        }),
    });
    let attempts = |browser: &Browser| browser.run(BREAK_OUT, &[json!(careless.url(""))]);
    browser.go(&careless.url("/page"));
    let got = attempts(&browser);
    for (attempt, got) in got.as_object().unwrap() {
        assert_eq!(got, "done", "control: {attempt}");
    }
    let before = careless.asked().len();
    window.show(&browser);
    open_chat(&browser, "Alone");
    browser.assert_no_errors();
    let got = attempts(&browser);
    for (attempt, got) in got.as_object().unwrap() {
        assert_ne!(got, "done", "{attempt}");
    }
    assert_eq!(
        careless.asked().len(),
        before,
        "nothing of the page reaches another server"
    );
    assert!(
        browser
            .console()
            .iter()
            .any(|line| line.text.contains("Content Security Policy")),
        "and it is told"
    );
}

/// What markup would do if it came into the page.
const BREAK_OUT: &str = r#"
const far = arguments[0];
const attempt = async what => { try { return await what() ? 'done' : 'nothing'; } catch { return 'refused'; } };
const soon = is => new Promise(done => setTimeout(() => done(is()), 400));
const add = (tag, fill) => { const made = document.createElement(tag); fill(made); document.body.append(made); return made; };
const loads = (tag, fill) => new Promise(done => add(tag, made => { fill(made); made.onload = () => done(true); made.onerror = () => done(false); }));
// What a driver evaluates may evaluate; what the page does a moment later may not.
return new Promise(done => setTimeout(done, 0)).then(async () => ({
    'markup': await attempt(() => { add('p', made => { made.innerHTML = '<b>x</b>'; }); return true; }),
    'inline script': await attempt(() => { add('script', made => { made.textContent = 'window.inline = true'; }); return soon(() => window.inline); }),
    'handler': await attempt(() => { add('p', made => made.setAttribute('onclick', 'window.handled = true')).click(); return soon(() => window.handled); }),
    'eval': await attempt(() => (0, eval)('1 + 1') === 2),
    'function': await attempt(() => new Function('return 2')() === 2),
    'timer': await attempt(() => { setTimeout('window.timed = true', 0); return soon(() => window.timed); }),
    'style': await attempt(() => add('style', made => { made.textContent = 'body { letter-spacing: 77px }'; }) && getComputedStyle(document.body).letterSpacing === '77px'),
    'script from afar': await attempt(() => loads('script', made => { made.src = far + '/far.js'; })),
    'fetch from afar': await attempt(() => fetch(far + '/x').then(answer => answer.ok)),
    'beacon': await attempt(() => { navigator.sendBeacon(far + '/beacon', 'x'); return soon(() => performance.getEntriesByName(far + '/beacon').length > 0); }),
    'frame': await attempt(() => new Promise(done => {
        const frame = add('iframe', made => { made.src = far + '/page'; made.onload = () => { try { done(frame.contentDocument !== null); } catch { done(true); } }; });
        setTimeout(() => done(false), 2000);
    })),
    'base': await attempt(() => { document.head.prepend(Object.assign(document.createElement('base'), { href: far + '/base/' })); const is = document.baseURI.includes('/base/'); document.querySelector('base').remove(); return is; }),
}));
"#;
