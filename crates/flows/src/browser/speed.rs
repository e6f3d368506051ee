//! How fast a page is: figures for the benchmark. Tests assert none of them.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::page::Browser;

/// When something was to be seen, from the start of the navigation.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Paints {
    /// The first pixel, in milliseconds.
    pub first_ms: f64,
    /// The first text or image, in milliseconds.
    pub contentful_ms: f64,
}

/// Frames while something moved.
#[derive(Clone, Debug)]
pub struct Frames {
    /// From each frame to the next, in milliseconds, ascending.
    pub gaps_ms: Vec<f64>,
}

impl Frames {
    /// The longest.
    #[must_use]
    pub fn max_ms(&self) -> f64 {
        self.gaps_ms.last().copied().unwrap_or_default()
    }

    /// 99 of 100 are at most this.
    #[must_use]
    pub fn p99_ms(&self) -> f64 {
        let rank = self.gaps_ms.len().saturating_mul(99).div_ceil(100);
        self.gaps_ms
            .get(rank.saturating_sub(1))
            .copied()
            .unwrap_or_default()
    }
}

impl Browser {
    /// When the page was first seen. `None` while it was not.
    #[must_use]
    #[track_caller]
    pub fn paints(&self) -> Option<Paints> {
        serde_json::from_value(self.run(PAINTS, &[])).ok()
    }

    /// Bytes that came for the page and all that it asked for, with headers.
    #[must_use]
    #[track_caller]
    pub fn transferred(&self) -> u64 {
        let bytes = self.run(TRANSFERRED, &[]);
        bytes.as_u64().unwrap_or_default()
    }

    /// Scrolls an element up and down for a while and looks at each frame. An empty selector means the page.
    #[must_use]
    #[track_caller]
    pub fn scroll(&self, selector: &str, for_so_long: Duration) -> Frames {
        let gaps = self.run(SCROLL, &[json!(selector), json!(for_so_long.as_millis())]);
        let mut gaps_ms: Vec<f64> = serde_json::from_value(gaps).unwrap_or_default();
        gaps_ms.sort_by(f64::total_cmp);
        Frames { gaps_ms }
    }

    /// What Chromium counts of the page, such as `JSHeapUsedSize` (bytes) and `LayoutDuration` (seconds).
    #[must_use]
    #[track_caller]
    pub fn metrics(&self) -> BTreeMap<String, f64> {
        self.cdp("Performance.enable", &json!({}));
        let found = self.cdp("Performance.getMetrics", &json!({}));
        let metrics = found
            .get("metrics")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        let one = |metric: &Value| {
            let name = metric.get("name")?.as_str()?.to_owned();
            Some((name, metric.get("value")?.as_f64()?))
        };
        metrics.iter().filter_map(one).collect()
    }
}

const PAINTS: &str = r#"
const paints = Object.fromEntries(performance.getEntriesByType('paint').map(one => [one.name, one.startTime]));
return { first_ms: paints['first-paint'], contentful_ms: paints['first-contentful-paint'] };
"#;

const TRANSFERRED: &str = r#"
return ['navigation', 'resource'].flatMap(kind => performance.getEntriesByType(kind))
    .reduce((sum, one) => sum + one.transferSize, 0);
"#;

/// A tenth of a second each way would show little: it moves by a screen a second and turns round at the ends.
const SCROLL: &str = r#"
const box = arguments[0] ? document.querySelector(arguments[0]) : document.scrollingElement;
const end = performance.now() + arguments[1];
return new Promise(done => {
    const gaps = [];
    let last = null, way = box.scrollTop > 0 ? -1 : 1;
    const step = now => {
        if (last !== null) gaps.push(now - last);
        last = now;
        const before = box.scrollTop;
        box.scrollTop = before + way * Math.max(1, Math.round(box.clientHeight / 12));
        if (box.scrollTop === before) way = -way;
        if (now < end) requestAnimationFrame(step); else done(gaps);
    };
    requestAnimationFrame(step);
});
"#;
