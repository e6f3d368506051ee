//! What another page in the same browser can do to the window (A28): somebody else's site, on another port of this machine, that was
//! told the window's secret name. Each attempt is also made on a server that has nothing against it, where it succeeds.

use crate::window::site::{Reply, Request, Site};
use crate::window::{Window, draft, flat, open_chat};
use flows::browser::{Browser, Driver, keys};
use flows::{Person, Town};
use serde_json::{Value, json};

const ORIGIN: &str = "Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Headers: *\r\n";

/// A local program without any of the window's rules: it answers whoever asks.
fn careless(request: &Request) -> Option<Reply> {
    let path = request.target.split(['?', '#']).next()?;
    let (kind, body) = match path {
        "/assets/snug.js" => ("text/javascript", "window.included = true".to_owned()),
        "/assets/snug.css" => ("text/css", "#styled { width: 77px }".into()),
        "/assets/icon.svg" => (
            "image/svg+xml",
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>"#.into(),
        ),
        "/live" => ("text/event-stream", "event: snug:news\ndata: a secret\n\n".into()),
        _ => (
            "text/html",
            "<title>a secret</title><main id=room>a secret</main>".into(),
        ),
    };
    Some(Reply {
        kind,
        lines: ORIGIN,
        body,
    })
}

/// The attacker's own pages.
fn hostile(request: &Request) -> Option<Reply> {
    let page = |body: &str| {
        Some(Reply::html(format!(
            "<!doctype html><html lang=en><title>Hostile</title><body>{body}"
        )))
    };
    match request.target.split('?').next()? {
        "/" => page("<div id=styled></div><script src=/attack.js></script>"),
        "/attack.js" => Some(Reply::script(ATTACK)),
        "/frame" => page(&format!(
            "<iframe src=\"http://{}/app\"></iframe>",
            request.target.split_once('?')?.1
        )),
        "/link" => page(&format!(
            "<a id=out target=_blank rel=opener href=\"{}\">out</a>",
            request.target.split_once('?')?.1
        )),
        "/landing" => page("landed"),
        _ => None,
    }
}

/// Everything that a page can try on another, each told as what it got.
const ATTACK: &str = r#"
const other = 'http://' + location.search.slice(1);
const none = error => 'nothing';
const read = (path, options) => fetch(other + path, options).then(answer =>
    answer.type === 'opaque' ? 'nothing' : answer.text().then(text => `${answer.status} ${text}`)).catch(none);
const element = (tag, attributes, ok = 'loaded') => new Promise(done => {
    const made = Object.assign(document.createElement(tag), attributes);
    made.onload = () => done(ok);
    made.onerror = () => done('nothing');
    document.body.append(made);
});
const stream = path => new Promise(done => {
    const source = new EventSource(other + path);
    source.addEventListener('snug:news', event => { source.close(); done(`told ${event.data}`); });
    source.onerror = () => { source.close(); done('nothing'); };
});
const post = (enctype, path) => new Promise(done => {
    const frame = Object.assign(document.createElement('iframe'), { name: 'f' + Math.random() });
    const form = Object.assign(document.createElement('form'), { method: 'post', action: other + path, target: frame.name, enctype });
    document.body.append(frame, form);
    frame.onload = () => done('sent');
    form.submit();
    setTimeout(() => done('sent'), 3000);
});
const socket = () => new Promise(done => {
    const made = new WebSocket(other.replace('http', 'ws') + '/live');
    made.onopen = () => done('open');
    made.onerror = () => done('nothing');
});
window.attack = async () => ({
    'fetch': await read('/app'),
    'fetch of the shell': await read('/'),
    'fetch with credentials': await read('/app', { credentials: 'include' }),
    'fetch without cors': await read('/app', { mode: 'no-cors', credentials: 'include' }),
    'fetch with a guessed session': await read('/app', { headers: { 'Snug-Session': '0'.repeat(64) } }),
    'exchange of a guessed ticket': await read('/session', { method: 'POST', body: '0'.repeat(64) }),
    'script': await element('script', { src: other + '/assets/snug.js' }),
    'script of a page': await element('script', { src: other + '/app' }),
    'module': await import(other + '/assets/snug.js').then(() => 'loaded').catch(none),
    'style': await element('link', { rel: 'stylesheet', href: other + '/assets/snug.css' })
        .then(() => document.querySelector('#styled').offsetWidth === 77 ? 'loaded' : 'nothing'),
    'image': await element('img', { src: other + '/assets/icon.svg' }),
    'stream': await stream('/live'),
    'stream with credentials': await stream('/live?since=0'),
    'socket': await socket(),
    'post': await read('/lock', { method: 'POST', mode: 'no-cors', credentials: 'include' }).then(() => 'sent'),
    'post of a form': await post('application/x-www-form-urlencoded', '/lock'),
    'post of text': await post('text/plain', '/chat/1/send'),
    'beacon': navigator.sendBeacon(other + '/lock', 'x') ? 'sent' : 'nothing',
});
"#;

struct House {
    window: Window,
    people: [Person; 3],
    _town: Town,
}

impl House {
    fn new() -> Self {
        let town = Town::new();
        let people = flat(&town);
        let window = Window::of(&town, &people[0]);
        Self {
            window,
            people,
            _town: town,
        }
    }

    /// The window in one tab, and another to attack from.
    fn beside(&self, driver: &Driver) -> (Browser, String) {
        let browser = driver.browser();
        self.window.show(&browser);
        open_chat(&browser, "Flat 3B");
        browser.assert_no_errors();
        let windows_tab = browser.tab();
        let _ = browser.new_tab();
        (browser, windows_tab)
    }
}

fn attack(browser: &Browser, from: &Site, on: &str) -> Value {
    browser.go(&from.url(&format!("/?{on}")));
    browser.run("return window.attack()", &[])
}

#[test]
fn another_page_reads_nothing_and_changes_nothing() {
    let Some(driver) = Driver::start() else { return };
    let (house, evil, victim) = (House::new(), Site::start(hostile), Site::start(careless));
    let (browser, windows_tab) = house.beside(&driver);

    let got = attack(&browser, &evil, &house.window.host());
    for (attempt, got) in got.as_object().unwrap() {
        let got = got.as_str().unwrap();
        assert!(matches!(got, "nothing" | "sent"), "{attempt} got {got}");
    }
    browser.to_tab(&windows_tab);
    browser.read_in("#rows", "The plumber comes on Monday");
    assert!(!browser.shows("#lock"), "it was locked by another page");
    let ana = &house.people[0];
    assert_eq!(
        ana.heard(ana.chat("Flat 3B")).len(),
        crate::window::FLAT.len(),
        "nothing was said"
    );
    let token = house.window.session();
    assert_eq!(house.window.get("/app", &token).status, 200);

    // The control: a server that does not care. No page there is a socket's server, nor one for the opaque attempt.
    let _ = browser.new_tab();
    let got = attack(&browser, &evil, &victim.host());
    for (attempt, got) in got.as_object().unwrap() {
        let expects_nothing = [
            "fetch without cors",
            "fetch with credentials",
            "script of a page",
            "socket",
        ]
        .contains(&attempt.as_str());
        let got = got.as_str().unwrap();
        assert_eq!(got == "nothing", expects_nothing, "control: {attempt} got {got}");
    }
    assert!(
        victim.was_asked("POST", "/lock") && victim.was_asked("POST", "/chat/1/send"),
        "control: it was changed"
    );
}

#[test]
fn no_other_page_frames_it_or_holds_a_handle_on_it() {
    let Some(driver) = Driver::start() else { return };
    let (house, evil, victim) = (House::new(), Site::start(hostile), Site::start(careless));
    let browser = driver.browser();
    let framed = |host: &str| {
        browser.go(&evil.url(&format!("/frame?{host}")));
        browser.to_frame(Some(0));
        let words = browser.words();
        browser.to_frame(None);
        words
    };
    assert_eq!(framed(&victim.host()), "a secret", "control");
    let words = framed(&house.window.host());
    assert!(!words.contains("Snug") && !words.contains("key"), "{words}");

    // A window that another page opened: its handle is cut.
    let reach = |host: &str| {
        browser.go(&evil.url("/landing"));
        let before = browser.tabs();
        browser.run(
            "window.opened = window.open(arguments[0])",
            &[json!(format!("http://{host}/"))],
        );
        let attacker = browser.tab();
        browser.wait("no tab was opened", || browser.tabs().len() > before.len());
        let opened = browser
            .tabs()
            .into_iter()
            .find(|tab| !before.contains(tab))
            .unwrap();
        browser.to_tab(&opened);
        browser.wait("it is not loaded", || browser.url().contains(host));
        browser.wait("there is nothing", || !browser.words().is_empty());
        let opener = browser.run("return window.opener === null", &[]);
        browser.to_tab(&attacker);
        let closed = browser.run("return window.opened.closed", &[]);
        (opener, closed)
    };
    assert_eq!(
        reach(&victim.host()),
        (json!(false), json!(false)),
        "control: it keeps a handle"
    );
    assert_eq!(reach(&house.window.host()), (json!(true), json!(true)));
}

#[test]
fn a_link_in_a_message_tells_nothing_about_where_it_stood() {
    let Some(driver) = Driver::start() else { return };
    let (house, evil) = (House::new(), Site::start(hostile));
    let [ana, bob, _] = &house.people;
    let link = evil.url("/landing?from-a-message");
    bob.client()
        .send(bob.chat("Flat 3B"), draft(&format!("look: {link}."), None, false))
        .wait()
        .unwrap();
    ana.sync();
    let browser = driver.browser();
    house.window.show(&browser);
    open_chat(&browser, "Flat 3B");
    let opener_of = |selector: &str| {
        let before = browser.tabs();
        browser.click(selector);
        browser.wait("no tab was opened", || browser.tabs().len() > before.len());
        let opened = browser
            .tabs()
            .into_iter()
            .find(|tab| !before.contains(tab))
            .unwrap();
        let here = browser.tab();
        browser.to_tab(&opened);
        browser.read("landed");
        let opener = browser.run("return window.opener === null", &[]);
        browser.to_tab(&here);
        opener
    };
    let selector = format!("#rows a[href='{link}']");
    let tabs = browser.tabs();
    browser.click(&selector);
    browser.read("The link is copied.");
    browser.click("#text");
    browser.keys(&format!("{}v", keys::CONTROL));
    browser.wait("what was copied is not the link", || {
        browser.run("return document.querySelector('#text').value", &[]) == json!(link)
    });
    assert_eq!(browser.tabs(), tabs);
    assert!(!evil.was_asked("GET", "/landing"), "a click goes nowhere");
    // As the browser's own menu opens it.
    browser.run(
        "const link = document.querySelector(arguments[0]); link.removeAttribute('data-link'); link.target = '_blank'",
        &[json!(selector)],
    );
    assert_eq!(opener_of(&selector), json!(true));
    browser.assert_no_errors();
    browser.go(&evil.url(&format!("/link?{}", evil.url("/landing?control"))));
    assert_eq!(opener_of("#out"), json!(false), "control");
    let referrer = |target: &str| {
        let asked = evil
            .asked()
            .into_iter()
            .find(|asked| asked.target == target)
            .unwrap();
        asked
            .head
            .lines()
            .any(|line| line.starts_with("referer:") || line.starts_with("cookie:"))
    };
    assert!(
        !referrer("/landing?from-a-message"),
        "where it stood is told to nobody"
    );
    assert!(referrer("/landing?control"), "control");
}

#[test]
fn nothing_of_a_ticket_or_a_message_is_left_where_others_see_it() {
    let Some(driver) = Driver::start() else { return };
    let house = House::new();
    let [ana, bob, _] = &house.people;
    let browser = driver.browser();
    let ticket = house.window.ticket();
    browser.go(&ticket);
    browser.see("#room");
    let secret = ticket.split_once("#t=").unwrap().1;
    let kept = "return JSON.stringify([location.href, history.state, history.length, document.cookie, localStorage, name, document.title, document.referrer])";
    let seen = |browser: &Browser| browser.run(kept, &[]).as_str().unwrap().to_owned();
    assert!(!seen(&browser).contains(secret), "{}", seen(&browser));
    open_chat(&browser, "Flat 3B");
    let _ = browser.new_tab();
    bob.client()
        .send(bob.chat("Flat 3B"), draft("a very secret word", None, false))
        .wait()
        .unwrap();
    ana.sync();
    let tabs = browser.tabs();
    browser.to_tab(&tabs[0]);
    browser.read_in("#rows", "a very secret word");
    for words in ["secret", "Flat", "Bob", "Ana"] {
        assert!(!browser.title().contains(words), "{}", browser.title());
        assert!(!seen(&browser).contains(words), "{}", seen(&browser));
    }
    assert_eq!(browser.cookies(), Vec::<Value>::new());
    // A copy of the address, in another tab, opens nothing.
    let url = browser.url();
    let _ = browser.new_tab();
    browser.go(&url);
    browser.read("This page has no key");
    browser.go("about:blank");
    browser.go(&ticket);
    browser.read("This page has no key");
    assert!(!browser.tree().contains("plumber"));
    browser.assert_no_errors_but(&["403"]);
}
