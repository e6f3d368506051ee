//! Whether this processor has what the program was compiled for.

/// This processor can run `snug-model`. Only [`Fit::check`] makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fit(());

/// This processor lacks something: `snug-model` would end at its first calculation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this processor cannot run a language model: it has no {}; key messages work without one",
    missing.join(", no ")
)]
pub struct Unfit {
    missing: Vec<&'static str>,
}

impl Fit {
    /// Asks the processor.
    ///
    /// # Errors
    /// [`Unfit`] names what it lacks.
    pub fn check() -> Result<Self, Unfit> {
        from(&features())
    }
}

fn from(features: &[(&'static str, bool)]) -> Result<Fit, Unfit> {
    let missing: Vec<_> = features
        .iter()
        .filter(|(_, is_there)| !is_there)
        .map(|(name, _)| *name)
        .collect();
    if missing.is_empty() {
        Ok(Fit(()))
    } else {
        Err(Unfit { missing })
    }
}

/// What llama.cpp is compiled for on x86-64 by default.
#[cfg(target_arch = "x86_64")]
fn features() -> [(&'static str, bool); 5] {
    [
        ("AVX", std::arch::is_x86_feature_detected!("avx")),
        ("AVX2", std::arch::is_x86_feature_detected!("avx2")),
        ("FMA", std::arch::is_x86_feature_detected!("fma")),
        ("F16C", std::arch::is_x86_feature_detected!("f16c")),
        ("BMI2", std::arch::is_x86_feature_detected!("bmi2")),
    ]
}

/// On 64-bit ARM it is compiled for what every such processor has.
#[cfg(not(target_arch = "x86_64"))]
fn features() -> [(&'static str, bool); 0] {
    []
}

#[cfg(test)]
mod tests {
    use super::from;

    #[test]
    fn one_thing_that_is_missing_is_enough_and_is_named() {
        assert!(from(&[("AVX", true), ("AVX2", true)]).is_ok());
        let unfit = from(&[("AVX", true), ("AVX2", false), ("FMA", false)]).unwrap_err();
        assert!(unfit.to_string().contains("no AVX2, no FMA;"), "{unfit}");
    }
}
