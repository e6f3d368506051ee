//! `make screenshots`: each page of the window in both themes and two widths, taken from the real window in a real browser
//! over a real server, into the folder that is named (docs/window).
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "it may stop, and says what it does"
)]

use std::fs;
use std::path::{Path, PathBuf};

use client::Client;
use flows::browser::{Browser, Driver, Look, Scheme};
use flows::flat::{self, Flat};
use flows::{Person, Town};
use tokio::runtime::Runtime;
use ui::{Config, Running};

fn main() {
    worker::entry(std::env::args_os().skip(1), assistant::run);
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "docs/window".into()));
    fs::create_dir_all(&folder).unwrap();
    let Some(driver) = Driver::start() else { return };
    let town = Town::new();
    let flat = Flat::talk(&town);
    let runtime = Runtime::new().unwrap();
    for (name, width, height) in [("wide", 1280, 800), ("narrow", 390, 780)] {
        for scheme in [Scheme::Light, Scheme::Dark] {
            let look = Look {
                width,
                height,
                ..Look::default()
            };
            let browser = driver.browser_with(&look);
            browser.prefer(scheme, true);
            let album = Album {
                folder: &folder,
                suffix: format!(
                    "{name}-{}",
                    if scheme == Scheme::Light { "light" } else { "dark" }
                ),
                browser: &browser,
            };
            first_run(&runtime, &town, &album);
            flat_share(&runtime, &town, &flat, &album, width < 600);
            browser.assert_no_errors();
        }
    }
}

struct Album<'a> {
    folder: &'a Path,
    suffix: String,
    browser: &'a Browser,
}

impl Album<'_> {
    fn take(&self, name: &str) {
        // Fonts and focus have come to rest.
        std::thread::sleep(std::time::Duration::from_millis(350));
        let file = self.folder.join(format!("{name}-{}.png", self.suffix));
        fs::write(&file, self.browser.screenshot()).unwrap();
        println!("{}", file.display());
    }
}

fn serve(runtime: &Runtime, config: Config) -> Running {
    runtime.block_on(ui::serve(config)).unwrap()
}

fn first_run(runtime: &Runtime, town: &Town, album: &Album<'_>) {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::new(folder.path().join("store"), town.settings());
    config.effort = client::store::Effort::LEAST;
    config.server = Some("chat.example.org:443".into());
    let window = serve(runtime, config);
    let browser = album.browser;
    browser.go(&window.ticket().unwrap());
    browser.see("#first");
    album.take("first-run");
    browser.fill("#passphrase", "seven words of a song");
    browser.fill("#again", "seven words of a song");
    browser.press("Make the store");
    browser.see("#make-account");
    album.take("welcome");
    browser.run("document.querySelector('[hx-get=\"/export\"]').click()", &[]);
    browser.see("#export-file");
    let file = folder.path().join("WhatsApp Chat with Flat 4B.txt");
    fs::write(&file, flat::EXPORT).unwrap();
    browser.upload("#export-file", &file);
    browser.see("#export-keep");
    album.take("export");
    browser.run("document.querySelector('#lock-now').click()", &[]);
    browser.see("#lock");
    album.take("locked");
    runtime.block_on(window.shutdown());
}

fn flat_share(runtime: &Runtime, town: &Town, flat: &Flat, album: &Album<'_>, is_narrow: bool) {
    let browser = album.browser;
    let (reader, doubter) = (flat.person(flat::READER), flat.person("Dex"));
    let window = serve(runtime, window_of(reader, town));
    browser.go(&window.ticket().unwrap());
    browser.see(".chat-line");
    album.take("chats");
    browser.click(".chat-line");
    browser.see("#rows article");
    album.take("chat");
    browser.click("#head [data-catchup], #unread [data-catchup]");
    browser.see(".ran");
    album.take("catch-up");
    close_panel(browser);
    browser.click("#pill");
    browser.see("#own-say");
    album.take("consent");
    close_panel(browser);
    doubter
        .client()
        .set_consent(doubter.chat(flat::TITLE), chat::consent::Wish::Off)
        .wait()
        .unwrap();
    browser.see("#pill.off");
    browser.run("document.querySelector('[data-catchup]').click()", &[]);
    browser.see(".verdict.off");
    album.take("refused");
    doubter
        .client()
        .set_consent(doubter.chat(flat::TITLE), chat::consent::Wish::OnDevice)
        .wait()
        .unwrap();
    browser.see("#pill.on-device");
    close_panel(browser);
    browser.click("#head button[hx-get$='/people']");
    browser.see(".people");
    album.take("people");
    close_panel(browser);
    if is_narrow {
        browser.click("[data-close='main']");
    }
    browser.fill("#search", "parcel");
    browser.see(".hits");
    album.take("search");
    browser.run("document.querySelector('[hx-get=\"/journal\"]').click()", &[]);
    browser.see(".journal");
    album.take("journal");
    runtime.block_on(window.shutdown());
}

fn close_panel(browser: &Browser) {
    browser.click("#panel [data-close='panel']");
    browser.miss("#panel header");
}

fn window_of(person: &Person, town: &Town) -> Config {
    let client: Client = person.client().clone();
    let mut config = Config::new(person.store_folder(), town.settings());
    config.open = Some(client);
    config.lock_after = None;
    config
}
