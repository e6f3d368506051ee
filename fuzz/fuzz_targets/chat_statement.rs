//! The statement in a leaf: any bytes. What decodes is the only form of itself, and never counts for more than it says.

#![no_main]

use chat::Time;
use chat::consent::{Ceiling, LeafConsent, Source, Statement, Wish};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let statement = Statement::decode(bytes).ok();
    if let Some(statement) = statement {
        assert_eq!(statement.encode(), bytes);
    }
    for source in [Source::KeyPackage, Source::Update, Source::Commit] {
        let counts = LeafConsent::joined(source, statement).counts();
        let now = Time::from_unix_seconds(1_800_000_000);
        let yes = matches!(
            statement,
            Some(Statement { wish: Wish::Confidential { until }, .. }) if now < until && source != Source::KeyPackage
        );
        assert_eq!(counts.at(now) == Ceiling::Confidential, yes);
        assert!(counts.at(Time::NEVER) <= Ceiling::OnDevice);
    }
});
