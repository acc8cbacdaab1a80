//! Writes the seeds of `decode`: a small sample of some versions. To be run in this folder, when the tests' schemas changed.

use std::fs;
use std::path::Path;

use factum_tests::version::versions;

/// Of so many versions, one is a seed.
const EVERY: usize = 6;

/// No longer than this, in bytes.
const LONGEST: usize = 1_000;

fn main() -> std::io::Result<()> {
    let folder = Path::new("corpus/decode");
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    for (index, version) in versions().iter().enumerate().step_by(EVERY) {
        let samples = (0..20).map(|seed| version.sample(seed).to_string());
        let Some(payload) = samples.filter(|sample| sample.len() <= LONGEST).max_by_key(String::len) else { continue };
        let mut seed = u16::try_from(index).unwrap_or_default().to_be_bytes().to_vec();
        seed.extend_from_slice(payload.as_bytes());
        fs::write(folder.join(version.place().replace(' ', "-")), seed)?;
    }
    Ok(())
}
