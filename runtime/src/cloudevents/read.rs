//! From JSON to an envelope.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::str::FromStr;

use serde_json::value::RawValue;

use super::attribute as name;
use super::error::CloudEventError;
use super::{CloudEvent, context_of};
use crate::envelope::{Metadata, NewEvent};
use crate::members::Members;

/// The attributes of a JSON object, none of them parsed yet, in order.
struct Attributes<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Attributes<'a> {
    fn of(text: &'a str) -> Result<Self, CloudEventError> {
        let Members(attributes) = serde_json::from_str(text).map_err(CloudEventError::Json)?;
        let attributes = Self(attributes);
        let mut names: Vec<&str> = attributes.0.iter().map(|(name, _)| name.as_ref()).collect();
        names.sort_unstable();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(CloudEventError::Duplicate { name: pair[0].to_owned() }),
            None => Ok(attributes),
        }
    }

    /// Takes an attribute out, as it stands there.
    fn take_raw(&mut self, name: &str) -> Option<&'a RawValue> {
        let place = self.0.iter().position(|(found, _)| found == name)?;
        Some(self.0.swap_remove(place).1)
    }

    /// Takes an attribute out; `null` is as if it were not there.
    fn take(&mut self, name: &str) -> Option<&'a RawValue> {
        self.take_raw(name).filter(|value| value.get() != "null")
    }

    fn text(&mut self, name: &'static str) -> Result<Option<String>, CloudEventError> {
        let parse = |value: &RawValue| serde_json::from_str(value.get()).map_err(|_| wrong(name, "is not a string"));
        self.take(name).map(parse).transpose()
    }

    fn required(&mut self, name: &'static str) -> Result<String, CloudEventError> {
        match self.text(name)? {
            None => Err(CloudEventError::Missing { name }),
            Some(text) if text.is_empty() => Err(wrong(name, "is empty")),
            Some(text) => Ok(text),
        }
    }

    /// A value that is written as text.
    fn parsed<T: FromStr>(&mut self, name: &'static str, what: &str) -> Result<Option<T>, CloudEventError> {
        let parse = |text: String| text.parse().map_err(|_| wrong(name, format!("is not {what}: {text:?}")));
        self.text(name)?.map(parse).transpose()
    }

    /// A number, as a string or as a JSON integer.
    fn number<T: FromStr>(&mut self, name: &'static str) -> Result<Option<T>, CloudEventError> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let text: String = serde_json::from_str(value.get()).unwrap_or_else(|_| value.get().to_owned());
        // Only digits: `parse` would take a sign as well.
        let digits = Some(&text).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        match digits.and_then(|digits| digits.parse().ok()) {
            Some(number) => Ok(Some(number)),
            None => Err(wrong(name, format!("is not a number that fits: {}", value.get()))),
        }
    }
}

fn wrong(name: &'static str, reason: impl Into<String>) -> CloudEventError {
    CloudEventError::Attribute { name, reason: reason.into() }
}

/// Reads one event.
pub(super) fn event(text: &str) -> Result<CloudEvent, CloudEventError> {
    let mut attributes = Attributes::of(text)?;
    let spec_version = attributes.required(name::SPEC_VERSION)?;
    if spec_version != name::SPEC_1_0 {
        return Err(CloudEventError::SpecVersion { found: spec_version });
    }
    if attributes.take_raw(name::DATA_BASE64).is_some() {
        return Err(CloudEventError::BinaryData);
    }
    let (stream, stream_version, position) = place(&mut attributes)?;
    let event = new_event(&mut attributes)?;
    let mut cloud_event = CloudEvent { stream, stream_version, position, event };
    keep_the_rest(attributes, &mut cloud_event.event.metadata.headers)?;
    Ok(cloud_event)
}

type Place = (crate::StreamName, Option<u64>, Option<u64>);

fn place(attributes: &mut Attributes<'_>) -> Result<Place, CloudEventError> {
    let subject = attributes.required(name::SUBJECT)?;
    let stream = subject.parse().map_err(|error| wrong(name::SUBJECT, format!("names no stream: {error}")))?;
    let stream_version = attributes.number(name::STREAM_VERSION)?;
    if stream_version == Some(0) {
        return Err(wrong(name::STREAM_VERSION, "is 0; a stream's first event has version 1"));
    }
    Ok((stream, stream_version, attributes.number(name::POSITION)?))
}

fn new_event(attributes: &mut Attributes<'_>) -> Result<NewEvent, CloudEventError> {
    let id = attributes.required(name::ID)?;
    let id = id.parse().map_err(|_| wrong(name::ID, format!("is not a UUID: {id:?}")))?;
    let event_type = attributes.required(name::TYPE)?;
    let schema_version =
        attributes.number(name::SCHEMA_VERSION)?.ok_or(CloudEventError::Missing { name: name::SCHEMA_VERSION })?;
    let readable_from = attributes.number(name::READABLE_FROM)?.unwrap_or(schema_version);
    let recorded_at = attributes.parsed(name::TIME, "a time as RFC 3339 writes it")?;
    let mut metadata = metadata(attributes)?;
    source_and_content_type(attributes, &event_type, &mut metadata.headers)?;
    // Here `null` is a value like any other.
    let data = attributes.take_raw(name::DATA).ok_or(CloudEventError::Missing { name: name::DATA })?;
    Ok(NewEvent {
        id,
        event_type: event_type.into(),
        schema_version,
        readable_from,
        payload: data.get().to_owned(),
        recorded_at,
        metadata,
    })
}

fn metadata(attributes: &mut Attributes<'_>) -> Result<Metadata, CloudEventError> {
    Ok(Metadata {
        correlation_id: attributes.parsed(name::CORRELATION_ID, "a UUID")?,
        causation_id: attributes.parsed(name::CAUSATION_ID, "a UUID")?,
        depth: attributes.number(name::DEPTH)?.unwrap_or(0),
        actor: attributes.text(name::ACTOR)?,
        headers: headers(attributes)?,
    })
}

fn headers(attributes: &mut Attributes<'_>) -> Result<BTreeMap<String, String>, CloudEventError> {
    let Some(text) = attributes.text(name::HEADERS)? else { return Ok(BTreeMap::new()) };
    let object = Attributes::of(&text).map_err(|error| wrong(name::HEADERS, format!("holds no headers: {error}")))?;
    let header = |(header, value): (Cow<'_, str>, &RawValue)| match serde_json::from_str(value.get()) {
        Ok(value) => Ok((header.into_owned(), value)),
        Err(_) => Err(wrong(name::HEADERS, format!("has a header {header:?} that is not a string"))),
    };
    object.0.into_iter().map(header).collect()
}

/// Keeps the source where it is not the context, and the content type where it is another kind of JSON.
fn source_and_content_type(
    attributes: &mut Attributes<'_>,
    event_type: &str,
    headers: &mut BTreeMap<String, String>,
) -> Result<(), CloudEventError> {
    let source = attributes.required(name::SOURCE)?;
    if source != context_of(event_type) {
        keep(headers, name::SOURCE, source)?;
    }
    match attributes.text(name::CONTENT_TYPE)? {
        Some(found) if !is_json(&found) => Err(wrong(name::CONTENT_TYPE, format!("is not JSON: {found:?}"))),
        Some(found) if found != name::JSON => keep(headers, name::CONTENT_TYPE, found),
        Some(_) | None => Ok(()),
    }
}

/// `application/json`, or a type that ends in `+json`, whatever its parameters.
fn is_json(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    media_type == name::JSON || media_type.ends_with("+json")
}

fn keep_the_rest(attributes: Attributes<'_>, headers: &mut BTreeMap<String, String>) -> Result<(), CloudEventError> {
    for (name, value) in attributes.0 {
        // A string as what it says, anything else as its JSON.
        let text = serde_json::from_str(value.get()).unwrap_or_else(|_| value.get().to_owned());
        if value.get() != "null" {
            keep(headers, &name, text)?;
        }
    }
    Ok(())
}

fn keep(headers: &mut BTreeMap<String, String>, name: &str, value: String) -> Result<(), CloudEventError> {
    match headers.insert(format!("{}{name}", name::KEPT), value) {
        None => Ok(()),
        Some(_) => Err(CloudEventError::HeaderTaken { name: name.to_owned() }),
    }
}
