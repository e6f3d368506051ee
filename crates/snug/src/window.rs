//! Windows that are open: each is served on a port of its own, and shown in a browser of its own or at an address that is printed.
//!
//! It goes on until the last window is closed, or until somebody ends it with Ctrl-C or `kill`; then the browsers are closed, the
//! stores too, and the profiles are gone.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use anstream::eprintln;
use tokio::runtime::Builder;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::task::{JoinSet, spawn_blocking};
use ui::Running;

use crate::browser::{Browser, End, Started};
use crate::exit::{Done, Failure, Outcome};
use crate::layout::{width, wrap};
use crate::style;

/// What one window is about, and whose it is where there are several.
pub(crate) struct Window {
    pub(crate) config: ui::Config,
    pub(crate) whose: Option<String>,
}

/// How windows are shown.
#[derive(Clone, Debug)]
pub(crate) enum Show {
    /// In the first of these browsers that starts.
    In(Vec<Browser>),
    /// Their addresses are printed, for a reason.
    Printed(Reason),
}

/// Why an address is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    Wanted,
    NoDisplay,
}

impl Show {
    /// In a browser where there is a display.
    pub(crate) fn here() -> Self {
        if has_display() {
            Self::In(Browser::all())
        } else {
            Self::Printed(Reason::NoDisplay)
        }
    }

    /// In this browser. Whoever names one knows whether it needs a display.
    pub(crate) fn with(browser: &Path) -> Self {
        Self::In(vec![Browser::at(browser)])
    }
}

/// Whether windows of other programs can be shown.
pub(crate) fn has_display() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

/// Opens them, and comes back when all are closed.
pub(crate) fn open(windows: Vec<Window>, show: &Show) -> Outcome {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(open_all(windows, show))
}

async fn open_all(windows: Vec<Window>, show: &Show) -> Outcome {
    let (stop, stopped) = watch::channel(false);
    let mut end = Ends::listen()?;
    let again = Arc::new(watch::channel(()).0);
    let mut open = JoinSet::new();
    for window in windows {
        let running = ui::serve(window.config)
            .await
            .map_err(|error| cannot_serve(&error))?;
        let shown = Shown {
            running,
            whose: window.whose,
            stop: stopped.clone(),
            again: Arc::clone(&again),
        };
        let show = show.clone();
        open.spawn(async move { shown.until_closed(&show).await });
    }
    let mut outcome = Ok(Done::Well);
    loop {
        tokio::select! {
            closed = open.join_next() => match closed {
                None => return outcome,
                Some(Ok(Err(failure))) => outcome = Err(failure),
                Some(_) => {}
            },
            () = end.asked() => {
                let _ = stop.send(true);
            }
        }
    }
}

fn cannot_serve(error: &io::Error) -> Failure {
    Failure::NotSetUp(format!(
        "the window cannot be served ({error}): check that programs may listen on 127.0.0.1 here"
    ))
}

/// One window that is served.
struct Shown {
    running: Running,
    whose: Option<String>,
    stop: watch::Receiver<bool>,
    again: Arc<watch::Sender<()>>,
}

impl Shown {
    async fn until_closed(mut self, show: &Show) -> Result<(), Failure> {
        let outcome = match show {
            Show::In(browsers) => self.in_a_browser(browsers).await,
            Show::Printed(reason) => {
                if *reason == Reason::NoDisplay {
                    note("There is no display here, so no browser is started.");
                }
                self.at_an_address().await
            }
        };
        self.running.shutdown().await;
        outcome
    }

    async fn in_a_browser(&mut self, browsers: &[Browser]) -> Result<(), Failure> {
        for browser in browsers {
            match browser.start(&self.running.ticket()?, self.running.host()) {
                Ok(started) => {
                    if self.closed(started).await == End::Closed {
                        return Ok(());
                    }
                    say_not_started(browser);
                }
                Err(error) => note(&format!("{} does not start: {error}.", browser.name())),
            }
        }
        note(
            "No browser of this machine could be started with a profile of its own. In your everyday browser the window can be read by its \
             extensions and by the browser's own assistants, so Snug does not open it there by itself. Chromium, Chrome, Brave, Edge, \
             Vivaldi and Firefox are known; --browser names another place.",
        );
        self.at_an_address().await
    }

    /// Waits until the browser has ended, or is to end.
    async fn closed(&mut self, started: Started) -> End {
        let is_ended = tokio::select! {
            () = started.ended() => true,
            _ = self.stop.wait_for(|stop| *stop) => false,
        };
        let end = spawn_blocking(move || {
            if is_ended {
                started.end()
            } else {
                started.close();
                End::Closed
            }
        });
        end.await.unwrap_or(End::Closed)
    }

    /// Prints the address, again whenever somebody presses Enter, until it is to end.
    async fn at_an_address(&mut self) -> Result<(), Failure> {
        let mut again = self.again.subscribe();
        let can_ask = io::stdin().is_terminal();
        if can_ask {
            read_lines(Arc::clone(&self.again));
        }
        self.how_to_reach_it(can_ask);
        loop {
            self.print_address()?;
            tokio::select! {
                Ok(()) = again.changed() => {}
                _ = self.stop.wait_for(|stop| *stop) => return Ok(()),
            }
        }
    }

    fn how_to_reach_it(&self, can_ask: bool) {
        let port = self.running.address().port();
        let more = if can_ask { " Enter prints a new one." } else { "" };
        aside(&format!(
            "This address opens the window once, within a minute, in a browser of this user on this machine: *.localhost is this \
             machine.{more} From another machine, first `ssh -L {port}:127.0.0.1:{port} USER@HERE`, then the same address in a \
             browser there. Extensions and assistants of that browser can read the window. Ctrl-C ends it."
        ));
    }

    fn print_address(&self) -> Result<(), Failure> {
        let url = self.running.ticket()?;
        let mut out = io::stdout().lock();
        match &self.whose {
            Some(whose) => writeln!(out, "{whose}: {url}")?,
            None => writeln!(out, "{url}")?,
        }
        Ok(out.flush()?)
    }
}

fn say_not_started(browser: &Browser) {
    let name = browser.name();
    if browser.refuses_root() && rustix::process::geteuid().is_root() {
        note(&format!(
            "{name} does not start for root without giving up its sandbox, which Snug never asks of it. Run Snug as an ordinary user."
        ));
    } else {
        note(&format!("{name} ended before it showed anything."));
    }
}

/// A thread of its own that nobody waits for: it may sit in a read when the program ends.
fn read_lines(again: Arc<watch::Sender<()>>) {
    std::thread::spawn(move || {
        let lines = io::stdin().lock().lines();
        lines
            .map_while(Result::ok)
            .for_each(|_| again.send_modify(|()| ()));
    });
}

fn note(words: &str) {
    let note = style::NOTE;
    for row in wrap(words, width(), "", "") {
        eprintln!("{note}{row}{note:#}");
    }
}

fn aside(words: &str) {
    let aside = style::ASIDE;
    for row in wrap(words, width(), "", "") {
        eprintln!("{aside}{row}{aside:#}");
    }
}

/// Everything by which a program is asked to end.
struct Ends {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Ends {
    fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    async fn asked(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}
