//! Firefox: a window with an address bar, in a profile whose settings are written here before it starts.
//!
//! As in `chromium`: the profile is new and empty, browsing in it is private for good, so that nothing of the page is written
//! down, and whatever is asked of another host ends at a port of this machine where nobody listens.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::io;

use serde_json::{Value, json};

use super::Profile;

pub(super) fn arguments(profile: &Profile, url: &str) -> Vec<OsString> {
    let folder = profile.folder().as_os_str().to_owned();
    let words = ["-no-remote", "-new-instance", "-profile"].map(OsString::from);
    words.into_iter().chain([folder, url.into()]).collect()
}

pub(super) fn prepare(profile: &Profile, host: &str) -> io::Result<()> {
    let mut settings = String::new();
    for (name, value) in settings_of(host) {
        // Both are JSON, whose strings are strings of JavaScript.
        let _ = writeln!(settings, "user_pref({}, {value});", json!(name));
    }
    fs::write(profile.folder().join("user.js"), settings)
}

/// Tried with Firefox 153: of all that it asks for by itself, nothing leaves it but to the discard port.
#[rustfmt::skip]
fn settings_of(host: &str) -> Vec<(&'static str, Value)> {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    vec![
        // Nothing of the page is written down.
        ("browser.privatebrowsing.autostart", json!(true)),
        ("browser.formfill.enable", json!(false)),
        ("browser.sessionstore.resume_from_crash", json!(false)),
        ("signon.rememberSignons", json!(false)),
        ("extensions.formautofill.addresses.enabled", json!(false)),
        ("extensions.formautofill.creditCards.enabled", json!(false)),
        // No host but the window's own is found: everything else goes to the discard port of this machine.
        ("network.proxy.type", json!(1)),
        ("network.proxy.http", json!("127.0.0.1")),
        ("network.proxy.http_port", json!(9)),
        ("network.proxy.ssl", json!("127.0.0.1")),
        ("network.proxy.ssl_port", json!(9)),
        ("network.proxy.no_proxies_on", json!(name)),
        ("network.proxy.failover_direct", json!(false)),
        ("network.proxy.allow_bypass", json!(false)),
        ("network.trr.mode", json!(5)),
        ("network.captive-portal-service.enabled", json!(false)),
        ("network.connectivity-service.enabled", json!(false)),
        ("network.prefetch-next", json!(false)),
        ("network.dns.disablePrefetch", json!(true)),
        ("network.predictor.enabled", json!(false)),
        ("network.http.speculative-parallel-limit", json!(0)),
        ("browser.urlbar.speculativeConnect.enabled", json!(false)),
        ("browser.search.suggest.enabled", json!(false)),
        ("browser.urlbar.quicksuggest.enabled", json!(false)),
        // Nobody else's code: extensions of the system and of the distribution.
        ("extensions.enabledScopes", json!(0)),
        ("extensions.autoDisableScopes", json!(15)),
        ("extensions.installDistroAddons", json!(false)),
        ("extensions.systemAddon.update.enabled", json!(false)),
        ("extensions.update.enabled", json!(false)),
        ("extensions.getAddons.cache.enabled", json!(false)),
        ("xpinstall.enabled", json!(false)),
        // No accounts, no sync, no messages from outside.
        ("identity.fxaccounts.enabled", json!(false)),
        ("dom.push.connection.enabled", json!(false)),
        ("browser.region.update.enabled", json!(false)),
        ("browser.newtabpage.enabled", json!(false)),
        ("browser.newtabpage.activity-stream.unifiedAds.tiles.enabled", json!(false)),
        ("browser.newtabpage.activity-stream.unifiedAds.spocs.enabled", json!(false)),
        ("browser.topsites.contile.enabled", json!(false)),
        ("browser.search.update", json!(false)),
        ("app.update.auto", json!(false)),
        ("browser.safebrowsing.malware.enabled", json!(false)),
        ("browser.safebrowsing.phishing.enabled", json!(false)),
        // No assistants: the switch for all of them, and each by its own.
        ("browser.ai.control.default", json!("blocked")),
        ("browser.ai.control.sidebarChatbot", json!("blocked")),
        ("browser.ai.control.linkPreviewKeyPoints", json!("blocked")),
        ("browser.ai.control.smartTabGroups", json!("blocked")),
        ("browser.ai.control.pdfjsAltText", json!("blocked")),
        ("browser.ai.control.translations", json!("blocked")),
        ("browser.ai.control.smartWindow", json!("blocked")),
        ("browser.ml.enable", json!(false)),
        ("browser.ml.chat.enabled", json!(false)),
        ("browser.ml.chat.sidebar", json!(false)),
        ("browser.ml.chat.page", json!(false)),
        ("browser.ml.chat.shortcuts", json!(false)),
        ("browser.ml.linkPreview.enabled", json!(false)),
        ("browser.ml.pageAssist.enabled", json!(false)),
        ("browser.smartwindow.enabled", json!(false)),
        ("browser.tabs.groups.smart.enabled", json!(false)),
        ("extensions.ml.enabled", json!(false)),
        ("browser.translations.enable", json!(false)),
        // No reports.
        ("datareporting.healthreport.uploadEnabled", json!(false)),
        ("datareporting.policy.dataSubmissionEnabled", json!(false)),
        ("datareporting.usage.uploadEnabled", json!(false)),
        ("toolkit.telemetry.enabled", json!(false)),
        ("toolkit.telemetry.unified", json!(false)),
        ("app.normandy.enabled", json!(false)),
        ("app.shield.optoutstudies.enabled", json!(false)),
        ("breakpad.reportURL", json!("")),
        ("browser.tabs.crashReporting.sendReport", json!(false)),
        // No welcome, no questions.
        ("browser.aboutwelcome.enabled", json!(false)),
        ("browser.preonboarding.enabled", json!(false)),
        ("browser.shell.checkDefaultBrowser", json!(false)),
        ("browser.startup.homepage_override.mstone", json!("ignore")),
        ("datareporting.policy.dataSubmissionPolicyBypassNotification", json!(true)),
        ("termsofuse.bypassNotification", json!(true)),
        // With its last tab the window closes, and the browser ends.
        ("browser.tabs.closeWindowWithLastTab", json!(true)),
        ("browser.tabs.warnOnClose", json!(false)),
    ]
}

#[cfg(test)]
mod tests {
    use super::{Profile, arguments, prepare};
    use std::collections::BTreeSet;
    use std::fs;

    #[test]
    fn the_settings_are_there_before_it_starts() {
        let place = std::env::temp_dir().join(format!("snug-firefox-{}", std::process::id()));
        let _ = fs::remove_dir_all(&place);
        let profile = Profile::new(&place).unwrap();
        prepare(&profile, "snug-a1.localhost:4000").unwrap();
        let settings = fs::read_to_string(profile.folder().join("user.js")).unwrap();
        for line in [
            "user_pref(\"browser.privatebrowsing.autostart\", true);",
            "user_pref(\"browser.ai.control.default\", \"blocked\");",
            "user_pref(\"network.proxy.no_proxies_on\", \"snug-a1.localhost\");",
        ] {
            assert!(settings.lines().any(|row| row == line), "{line}");
        }
        let names: BTreeSet<&str> = settings.lines().filter_map(|row| row.split(',').next()).collect();
        assert_eq!(names.len(), settings.lines().count(), "each once");
        let arguments = arguments(&profile, "http://snug-a1.localhost:4000/#t=00");
        let folder = profile.folder().as_os_str();
        let last = "http://snug-a1.localhost:4000/#t=00";
        assert_eq!(
            arguments,
            [
                "-no-remote".as_ref(),
                "-new-instance".as_ref(),
                "-profile".as_ref(),
                folder,
                last.as_ref()
            ]
        );
        drop(profile);
        fs::remove_dir_all(&place).unwrap();
    }
}
