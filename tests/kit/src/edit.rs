//! Edits of any file, as accidents make them: bits that flip, ends and lines that are lost, lines that are there twice, parts
//! of another file.

use proptest::prelude::*;

/// An edit. Places are taken modulo what is there.
#[derive(Debug, Clone)]
pub enum Edit {
    /// Flips a bit of a byte.
    Flip(usize, u8),
    /// Ends it here.
    Truncate(usize),
    /// Loses a line.
    Lose(usize),
    /// Has a line twice.
    Repeat(usize),
    /// Goes on, from this byte on, as the other file does from that one on.
    Splice(usize, usize),
    /// Has these bytes of the other file here.
    Insert(usize, usize, usize),
}

/// Some edits.
pub fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let place = any::<usize>;
    let edit = prop_oneof![
        4 => (place(), 0_u8..8).prop_map(|(at, bit)| Edit::Flip(at, bit)),
        1 => place().prop_map(Edit::Truncate),
        3 => place().prop_map(Edit::Lose),
        2 => place().prop_map(Edit::Repeat),
        1 => (place(), place()).prop_map(|(at, from)| Edit::Splice(at, from)),
        2 => (place(), place(), 0_usize..40).prop_map(|(at, from, length)| Edit::Insert(at, from, length)),
    ];
    prop::collection::vec(edit, 1..6)
}

/// The file after these edits; `other` is what parts are taken from.
#[must_use]
pub fn edited(file: &[u8], other: &[u8], edits: &[Edit]) -> Vec<u8> {
    edits.iter().fold(file.to_vec(), |file, edit| applied(file, other, edit))
}

fn applied(mut file: Vec<u8>, other: &[u8], edit: &Edit) -> Vec<u8> {
    let at = |place: usize, length: usize| place % (length + 1);
    match *edit {
        Edit::Flip(place, bit) => {
            let length = file.len().max(1);
            if let Some(byte) = file.get_mut(place % length) {
                *byte ^= 1 << bit;
            }
        }
        Edit::Truncate(place) => file.truncate(at(place, file.len())),
        Edit::Lose(place) => return with_line(&file, place, 0),
        Edit::Repeat(place) => return with_line(&file, place, 2),
        Edit::Splice(place, from) => {
            file.truncate(at(place, file.len()));
            file.extend_from_slice(&other[at(from, other.len())..]);
        }
        Edit::Insert(place, from, length) => {
            let from = at(from, other.len());
            let part = &other[from..(from + length).min(other.len())];
            let place = at(place, file.len());
            file.splice(place..place, part.iter().copied());
        }
    }
    file
}

/// With one of its lines so many times.
fn with_line(file: &[u8], place: usize, times: usize) -> Vec<u8> {
    let lines: Vec<&[u8]> = file.split_inclusive(|byte| *byte == b'\n').collect();
    let chosen = place % lines.len().max(1);
    lines.iter().enumerate().flat_map(|(index, line)| line.repeat(if index == chosen { times } else { 1 })).collect()
}
