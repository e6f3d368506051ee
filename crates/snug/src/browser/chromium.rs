//! The Chromium family: a window without an address bar, and the browser behind it told to keep to itself.
//!
//! What is switched off and by which name was looked up in Chromium 156; who does not know a name passes over it. Three things hold
//! whatever a version brings: the profile is new and empty, the window is a private one, so that nothing of its page is written
//! down, and no host but the window's own is found, so that no service, assistant or update of the browser is reached.

use std::ffi::OsString;
use std::fs;
use std::io;

use serde_json::{Value, json};

use super::{Make, Profile};

/// Each with what it is for.
const ALWAYS: [&str; 16] = [
    // No welcome, no questions.
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-search-engine-choice-screen",
    // Nobody else's code in the browser: extensions, those that come with it, and apps.
    "--disable-extensions",
    "--disable-component-extensions-with-background-pages",
    "--disable-default-apps",
    // Nothing that talks by itself: accounts, updates of parts, experiments, reports of networks and crashes, pings of links.
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-field-trial-config",
    "--disable-domain-reliability",
    "--disable-breakpad",
    "--no-pings",
    // No proxy: it would be handed what is asked of other hosts.
    "--no-proxy-server",
    // Not the desktop's keyring: there is nothing to keep.
    "--password-store=basic",
    // The window asks for nothing of these.
    "--deny-permission-prompts",
];

/// Parts of the browser that look at pages, or send what is in them somewhere.
const FEATURES: [&str; 17] = [
    // Gemini in Chrome, which sees the page, and what acts for it.
    "Glic",
    "GlicActor",
    // The assistant beside the page, and help with writing in its fields.
    "ContextualTasks",
    "Compose",
    // A search over the words of pages that were visited.
    "HistoryEmbeddings",
    // Pictures of the page, to be searched for.
    "LensOverlay",
    // Leo, Brave's assistant.
    "AIChat",
    // Models of Google's, asked about pages, here or there.
    "OptimizationHints",
    "OptimizationGuideModelExecution",
    "OptimizationGuideOnDeviceModel",
    "OnDeviceModelBackgroundDownload",
    "LogOnDeviceMetricsOnStartup",
    "PageContentAnnotations",
    // Translation, the forms' server, and screens in the house.
    "Translate",
    "AutofillServerCommunication",
    "MediaRouter",
    "DialMediaRouteProvider",
];

pub(super) fn arguments(profile: &Profile, url: &str, host: &str, make: Make) -> Vec<OsString> {
    let mut folder = OsString::from("--user-data-dir=");
    folder.push(profile.folder());
    let private = match make {
        Make::Edge => "--inprivate",
        _ => "--incognito",
    };
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let mut arguments = vec![folder];
    arguments.extend(ALWAYS.map(OsString::from));
    arguments.extend(
        [
            private.to_owned(),
            format!("--disable-features={}", FEATURES.join(",")),
            format!("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {name}"),
            format!("--app={url}"),
        ]
        .map(OsString::from),
    );
    arguments
}

/// What the browser takes from its profile only.
pub(super) fn prepare(profile: &Profile, make: Make) -> io::Result<()> {
    let default = profile.folder().join("Default");
    fs::create_dir(&default)?;
    fs::write(default.join("Preferences"), preferences(make).to_string())?;
    fs::write(profile.folder().join("Local State"), local_state().to_string())
}

fn preferences(make: Make) -> Value {
    let mut preferences = json!({
        // No passwords kept or offered, no forms filled in.
        "credentials_enable_service": false,
        "credentials_enable_autosignin": false,
        "profile": {"password_manager_enabled": false, "exit_type": "Normal"},
        "autofill": {"enabled": false, "profile_enabled": false, "credit_card_enabled": false},
        "payments": {"can_make_payment_enabled": false},
        // The spelling of what is typed is nobody's business.
        "browser": {
            "enable_spellchecking": false,
            "has_seen_welcome_page": true,
            // 1: not allowed. Gemini in Chrome.
            "gemini_settings": 1,
        },
        "spellcheck": {"use_spelling_service": false, "dictionaries": []},
        "translate": {"enabled": false},
        // What would be sent somewhere while it is typed or pointed at.
        "search": {"suggest_enabled": false},
        "alternate_error_pages": {"enabled": false},
        "net": {"network_prediction_options": 2},
        "dns_over_https": {"mode": "off"},
        "safebrowsing": {"enabled": false, "enhanced": false},
        "signin": {"allowed": false, "allowed_on_next_startup": false},
        "url_keyed_anonymized_data_collection": {"enabled": false},
        // Assistants, by their policies' values for "no".
        "lens": {
            "policy": {"lens_overlay_settings": 1},
            "sharing_page_content": {"enabled": false},
            "sharing_page_screenshot": {"enabled": false},
        },
        "omnibox": {"ai_mode_settings": 1},
        "devtools": {"gen_ai_settings": 2},
        "compose": {"proactive_nudge_enabled": false},
        "glic": {"tab_context_enabled": false, "default_tab_context_enabled": false},
    });
    if let Some(own) = preferences.as_object_mut() {
        match make {
            // Leo, and what asks it.
            Make::Brave => {
                let leo = json!({"ai_chat": {
                    "show_toolbar_button": false,
                    "context_menu_enabled": false,
                    "autocomplete_provider_enabled": false,
                    "tab_organization_enabled": false,
                }});
                own.insert("brave".to_owned(), leo);
            }
            // The bar beside the page, with Copilot in it.
            Make::Edge => {
                let browser = own.get_mut("browser").and_then(Value::as_object_mut);
                if let Some(browser) = browser {
                    browser.insert("show_hub_apps_tower".to_owned(), json!(false));
                    browser.insert("show_hub_apps_tower_pinned".to_owned(), json!(false));
                }
            }
            Make::Chromium | Make::Firefox => {}
        }
    }
    preferences
}

fn local_state() -> Value {
    json!({
        "background_mode": {"enabled": false},
        "user_experience_metrics": {"reporting_enabled": false},
        // 1: no model of the browser's maker is brought here.
        "optimization_guide": {"gen_ai_local_foundational_model_settings": 1},
    })
}

#[cfg(test)]
mod tests {
    use super::{Make, Profile, arguments, prepare};
    use serde_json::Value;
    use std::ffi::OsString;
    use std::fs;

    const HOST: &str = "snug-a1.localhost:4000";
    const URL: &str = "http://snug-a1.localhost:4000/#t=00";

    fn text(argument: OsString) -> String {
        argument.into_string().unwrap()
    }

    #[test]
    fn the_window_is_private_and_finds_its_own_host_only() {
        let place = std::env::temp_dir().join(format!("snug-chromium-{}", std::process::id()));
        let _ = fs::remove_dir_all(&place);
        let profile = Profile::new(&place).unwrap();
        for (make, private) in [(Make::Chromium, "--incognito"), (Make::Edge, "--inprivate")] {
            let arguments: Vec<String> = arguments(&profile, URL, HOST, make)
                .into_iter()
                .map(text)
                .collect();
            let has = |argument: &str| arguments.iter().any(|one| one == argument);
            assert!(has(private), "{arguments:?}");
            assert!(has(
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE snug-a1.localhost"
            ));
            assert_eq!(arguments.last().unwrap(), &format!("--app={URL}"));
            assert!(!arguments.iter().any(|argument| argument.contains("sandbox")));
        }
        prepare(&profile, Make::Brave).unwrap();
        let kept = fs::read(profile.folder().join("Default/Preferences")).unwrap();
        let kept: Value = serde_json::from_slice(&kept).unwrap();
        assert_eq!(kept["brave"]["ai_chat"]["show_toolbar_button"], false);
        assert_eq!(kept["credentials_enable_service"], false);
        drop(profile);
        fs::remove_dir_all(&place).unwrap();
    }
}
