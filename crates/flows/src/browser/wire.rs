//! What WebDriver is on the wire: a method, a path, JSON there and JSON back (W3C WebDriver, section 6).

use std::fmt;
use std::net::SocketAddr;

use serde_json::Value;

use super::plain;

/// Why a command was not carried out.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    /// An error code of the standard, such as `no such element`.
    pub(super) code: String,
    pub(super) message: String,
}

impl Refusal {
    /// Whether the page was in the middle of a change: the same command may do a moment later.
    pub(super) fn may_pass(&self) -> bool {
        matches!(
            self.code.as_str(),
            "no such element"
                | "stale element reference"
                | "element click intercepted"
                | "element not interactable"
                | "move target out of bounds"
        )
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.message.lines().next().unwrap_or_default();
        write!(f, "{}: {message}", self.code)
    }
}

/// Carries out a command.
pub(super) fn ask(driver: SocketAddr, method: &str, path: &str, body: &Value) -> Result<Value, Refusal> {
    let body = if method == "POST" {
        body.to_string()
    } else {
        String::new()
    };
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {driver}\r\nConnection: close\r\n\
         Content-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = plain::send(driver, request.as_bytes());
    let answer = answer.map_err(|error| lost(&error.to_string()))?;
    let value: Value = serde_json::from_slice(&answer.body).map_err(|_| lost("no JSON"))?;
    let value = value.get("value").cloned().unwrap_or(Value::Null);
    if answer.status == 200 {
        return Ok(value);
    }
    let text = |name: &str| {
        value
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    Err(Refusal {
        code: text("error"),
        message: text("message"),
    })
}

fn lost(why: &str) -> Refusal {
    Refusal {
        code: "chromedriver does not answer".into(),
        message: why.into(),
    }
}
