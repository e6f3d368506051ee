//! From a part to the whole: ask, go on, ask again.

use std::future::poll_fn;
use std::pin::Pin;

use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::LOCATION;
use tokio::time::{Instant, sleep, timeout_at};

use super::address::{Address, MAX_REDIRECTS};
use super::dial::{Answer, Rest, ask};
use super::head::{Asked, Coming, Stated, judge};
use super::{PullError, SLOWEST_BYTES, Settings, Step, Watch};
use crate::catalogue::Entry;
use crate::store::Part;

/// So much has to have come for an attempt to count as one that got somewhere.
const PROGRESS_BYTES: u64 = 1 << 20;
/// How often the hub may make us begin again.
const MAX_BEGINNINGS: u32 = 3;

/// Fills the part until it is whole.
pub(super) fn all(
    part: &mut Part,
    entry: &Entry,
    settings: &Settings,
    watch: Watch<'_>,
) -> Result<(), PullError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(PullError::Start)?;
    let done = runtime.block_on(patiently(part, entry, settings, watch));
    // A look-up of a name that hangs must not hold us.
    runtime.shutdown_background();
    done
}

async fn patiently(
    part: &mut Part,
    entry: &Entry,
    settings: &Settings,
    watch: Watch<'_>,
) -> Result<(), PullError> {
    let (mut beginnings, before) = (0, part.length());
    let (mut failures, mut furthest) = (0, before);
    loop {
        let attempt = attempt(part, entry, settings, &mut beginnings, watch).await;
        let Err(error) = attempt else {
            return Ok(());
        };
        if matches!(error, PullError::Lied(_)) {
            part.empty()?;
        }
        if !error.passes() {
            return Err(error);
        }
        // Where there is no network, or no hub, nobody wants to wait for it to be tried five times.
        if part.length() <= before {
            return Err(interrupted(error, part));
        }
        if part.length() >= furthest.saturating_add(PROGRESS_BYTES) {
            (failures, furthest) = (0, part.length());
        }
        failures += 1;
        if failures >= settings.attempts {
            return Err(interrupted(error, part));
        }
        watch(Step::Again);
        sleep(settings.pause.saturating_mul(1 << (failures - 1).min(6))).await;
    }
}

/// What is said where it was given up: with what is here, if anything is.
fn interrupted(why: PullError, part: &Part) -> PullError {
    match part.meta() {
        Some(meta) if part.length() > 0 => PullError::Interrupted {
            why: Box::new(why),
            here: part.length(),
            of: meta.bytes,
        },
        _ => why,
    }
}

/// One attempt: as much as one connection brings.
async fn attempt(
    part: &mut Part,
    entry: &Entry,
    settings: &Settings,
    beginnings: &mut u32,
    watch: Watch<'_>,
) -> Result<(), PullError> {
    let from = entry.from();
    loop {
        let here = part.length();
        let (stated, answer) = find(&Address::parse(&from)?, part, settings).await?;
        let asked = Asked {
            from: &from,
            here,
            meta: part.meta(),
            size: entry.size,
            stated,
        };
        let coming = judge(answer.response.status(), answer.response.headers(), asked)?;
        match coming {
            Coming::Rest => part.room()?,
            Coming::Whole(_) | Coming::CannotGoOn if *beginnings >= MAX_BEGINNINGS => {
                return Err(PullError::Lied(
                    "it cannot go on with what it began, again and again",
                ));
            }
            Coming::Whole(meta) => {
                *beginnings += 1;
                part.begin(meta)?;
            }
            Coming::CannotGoOn => {
                *beginnings += 1;
                part.empty()?;
                continue;
            }
        }
        return take(answer.response.into_body(), part, settings, watch).await;
    }
}

/// Follows the hub to where the bytes are.
async fn find(start: &Address, part: &Part, settings: &Settings) -> Result<(Stated, Answer), PullError> {
    let rest = part.meta().filter(|_| part.length() > 0).map(|meta| Rest {
        from: part.length(),
        etag: meta.etag.as_deref(),
    });
    let (mut address, mut stated) = (start.clone(), Stated::default());
    for _ in 0..=MAX_REDIRECTS {
        let answer = ask(&address, rest, settings).await?;
        let (status, headers) = (answer.response.status(), answer.response.headers());
        stated.hear(&address, headers);
        if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
            return Ok((stated, answer));
        }
        let location = headers.get(LOCATION).and_then(|location| location.to_str().ok());
        address = address.follow(location.ok_or(PullError::Elsewhere)?)?;
    }
    Err(PullError::TooManyRedirects)
}

/// Takes in what comes, until all of it is here.
async fn take(
    mut body: Incoming,
    part: &mut Part,
    settings: &Settings,
    watch: Watch<'_>,
) -> Result<(), PullError> {
    let of = part.meta().map_or(0, |meta| meta.bytes);
    let (mut mark, mut deadline) = (part.length(), Instant::now() + settings.patience);
    watch(Step::Loading(part.length(), of));
    while !part.is_whole() {
        let next = timeout_at(deadline, next(&mut body))
            .await
            .map_err(|_| PullError::Silent)?;
        let Some(piece) = next? else {
            return Err(PullError::Dropped);
        };
        let length = part.length().saturating_add(piece.len() as u64);
        if length > of {
            return Err(PullError::Lied("it sends more than it said"));
        }
        part.append(&piece)?;
        if length >= mark.saturating_add(SLOWEST_BYTES) {
            (mark, deadline) = (length, Instant::now() + settings.patience);
        }
        watch(Step::Loading(length, of));
    }
    // One look at whether more would come. Where the length was announced there is nothing to see.
    let more = timeout_at(deadline, next(&mut body)).await;
    if matches!(more, Ok(Ok(Some(piece))) if !piece.is_empty()) {
        return Err(PullError::Lied("it sends more than it said"));
    }
    Ok(())
}

/// The next bytes, or nothing at the end.
async fn next(body: &mut Incoming) -> Result<Option<Bytes>, PullError> {
    loop {
        let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await;
        match frame {
            None => return Ok(None),
            Some(Err(_)) => return Err(PullError::Dropped),
            // Anything but data is a trailer, and says nothing.
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
        }
    }
}
