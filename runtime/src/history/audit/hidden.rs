//! Payloads without the values of some members. All else stays as it is written.

use serde_json::Error;
use serde_json::value::{RawValue, to_raw_value};

use crate::members::Members;
use crate::store::validate::LIMITS;

/// What stands in place of a value that is out of sight.
pub(super) const HIDDEN: &str = "(hidden)";

/// The payload with these members hidden, where it has any of them; what cannot be looked through as a whole.
pub(super) fn without(payload: &str, members: &[&str]) -> Option<Box<RawValue>> {
    let read = serde_json::from_str::<&RawValue>(payload).and_then(|raw| hide_in(raw, members, LIMITS.nesting));
    match read {
        Ok(Looked::Nothing) => None,
        Ok(Looked::Hidden(text)) => RawValue::from_string(text).or_else(|_| to_raw_value(HIDDEN)).ok(),
        Ok(Looked::TooDeep) | Err(_) => to_raw_value(HIDDEN).ok(),
    }
}

/// What was found in a piece of JSON.
enum Looked {
    /// Nothing to hide.
    Nothing,
    /// This is left to be seen.
    Hidden(String),
    /// It is nested deeper than what stores keep.
    TooDeep,
}

fn hide_in(json: &RawValue, members: &[&str], depth: usize) -> Result<Looked, Error> {
    let text = json.get();
    let is_object = text.starts_with('{');
    if !is_object && !text.starts_with('[') {
        return Ok(Looked::Nothing);
    }
    let Some(depth) = depth.checked_sub(1) else { return Ok(Looked::TooDeep) };
    let parts = if is_object {
        let Members(parts) = serde_json::from_str(text)?;
        parts.into_iter().map(|(name, value)| (Some(name), value)).collect()
    } else {
        let parts: Vec<&RawValue> = serde_json::from_str(text)?;
        parts.into_iter().map(|value| (None, value)).collect::<Vec<_>>()
    };
    let (mut any, mut shown) = (false, Vec::with_capacity(parts.len()));
    for (name, value) in parts {
        let looked = match &name {
            Some(name) if members.contains(&&**name) => Looked::Hidden(serde_json::to_string(HIDDEN)?),
            Some(_) | None => hide_in(value, members, depth)?,
        };
        let value = match looked {
            Looked::Nothing => value.get().to_owned(),
            Looked::Hidden(text) => {
                any = true;
                text
            }
            Looked::TooDeep => return Ok(Looked::TooDeep),
        };
        shown.push(match name {
            Some(name) => format!("{}:{value}", serde_json::to_string(&name)?),
            None => value,
        });
    }
    let shown = shown.join(",");
    Ok(if !any {
        Looked::Nothing
    } else if is_object {
        Looked::Hidden(format!("{{{shown}}}"))
    } else {
        Looked::Hidden(format!("[{shown}]"))
    })
}
