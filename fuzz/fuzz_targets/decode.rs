//! Any text, read as a stored event of any version of any event that the tests generate. The first two bytes choose which.
//! The fused decoder, the chain of upcasts, the interpreter and serde's derive have to make the same of it.
#![no_main]

use std::sync::LazyLock;

use factum_tests::agreement::readers_agree;
use factum_tests::version::{Version, versions};
use libfuzzer_sys::{Corpus, fuzz_target};

static VERSIONS: LazyLock<Vec<Version<'static>>> = LazyLock::new(versions);

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Some(([high, low], payload)) = bytes.split_first_chunk() else { return Corpus::Reject };
    let Ok(payload) = str::from_utf8(payload) else { return Corpus::Reject };
    let index = usize::from(u16::from_be_bytes([*high, *low])) % VERSIONS.len();
    readers_agree(&VERSIONS[index], payload);
    Corpus::Keep
});
