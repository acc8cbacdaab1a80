//! Bytes and uuids.

use super::Fault;
use crate::schema::Literal;

const BASE64: &str = "base64 with padding";
const UUID: &str = "32 hexadecimal digits in groups of 8-4-4-4-12";

/// The standard alphabet, padded; bits that no byte uses are zero, so that each value is written in one way.
pub(super) fn base64(text: &str) -> Result<Literal, Fault> {
    let fault = || Fault::Form(BASE64);
    if !text.len().is_multiple_of(4) {
        return Err(fault());
    }
    let unpadded = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in unpadded.bytes() {
        bits = (bits << 6) | u32::from(sextet(byte).ok_or_else(fault)?);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).unwrap_or_default());
            bits &= (1 << held) - 1;
        }
    }
    if bits == 0 && held < 6 { Ok(Literal::Bytes(bytes)) } else { Err(fault()) }
}

fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// The inverse of [`base64`].
pub(super) fn print_base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let quartet = |chunk: &[u8]| {
        let bits = (0..3).fold(0_usize, |bits, index| bits << 8 | usize::from(chunk.get(index).copied().unwrap_or(0)));
        let letter = |place: usize| char::from(ALPHABET[bits >> (18 - 6 * place) & 63]);
        (0..4).map(|place| if place > chunk.len() { '=' } else { letter(place) }).collect::<String>()
    };
    bytes.chunks(3).map(quartet).collect()
}

/// With hyphens, in either case.
pub(super) fn uuid(text: &str) -> Result<Literal, Fault> {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    let digits: String = text.split('-').collect();
    if groups != [8, 4, 4, 4, 12] || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Fault::Form(UUID));
    }
    u128::from_str_radix(&digits, 16).map(Literal::Uuid).map_err(|_| Fault::Form(UUID))
}
