//! A file of CloudEvents, one in a line. Only those attributes are looked at that say how a payload is to be read.

use std::borrow::Cow;
use std::io::{BufRead, Read as _};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Item, Place, Progress, Source, Stored};

/// The most bytes of a line: those of the largest event that stores take, with room for its attributes and escapes.
const MAX_LINE: u64 = 64 << 20;

/// Lines that are read before somebody is told how far it is.
const LINES: usize = 256;

/// CloudEvents from lines.
#[derive(Debug)]
pub struct Lines<R> {
    input: R,
    buffer: Vec<u8>,
    line: u64,
    bytes: u64,
    total: Option<u64>,
    longest: u64,
}

impl<R: BufRead> Lines<R> {
    /// From `input`, which has `total` bytes, if that is known.
    pub const fn new(input: R, total: Option<u64>) -> Self {
        Self { input, buffer: Vec::new(), line: 0, bytes: 0, total, longest: MAX_LINE }
    }

    /// The next line into the buffer.
    fn fill(&mut self) -> Result<Filled, String> {
        self.buffer.clear();
        self.line += 1;
        let read = self.input.by_ref().take(self.longest).read_until(b'\n', &mut self.buffer);
        let read = read.map_err(|error| format!("line {}: {error}", self.line))? as u64;
        self.bytes += read;
        if read == self.longest && !self.buffer.ends_with(b"\n") {
            self.skip_line()?;
            return Ok(Filled::TooLong);
        }
        Ok(if read > 0 { Filled::Line } else { Filled::End })
    }

    /// Reads over the rest of a line, of which nothing is kept.
    fn skip_line(&mut self) -> Result<(), String> {
        loop {
            let more = self.input.fill_buf().map_err(|error| format!("line {}: {error}", self.line))?;
            let end = more.iter().position(|byte| *byte == b'\n');
            let read = end.map_or(more.len(), |end| end + 1);
            let done = end.is_some() || more.is_empty();
            self.input.consume(read);
            self.bytes += read as u64;
            if done {
                return Ok(());
            }
        }
    }
}

/// What there was to read.
enum Filled {
    Line,
    TooLong,
    End,
}

impl<R: BufRead> Source for Lines<R> {
    fn visit(&mut self, visitor: &mut dyn FnMut(Item<'_>)) -> Result<bool, String> {
        for _ in 0..LINES {
            match self.fill()? {
                Filled::Line => {}
                Filled::End => return Ok(false),
                Filled::TooLong => {
                    let reason = format!("more than {} bytes, which no event has", self.longest);
                    visitor(Item::Broken(Place::Line(self.line), reason));
                    continue;
                }
            }
            let bytes = self.buffer.strip_prefix("\u{feff}".as_bytes()).filter(|_| self.line == 1);
            let bytes = bytes.unwrap_or(&self.buffer).trim_ascii();
            if !bytes.is_empty() {
                item(bytes, self.line, visitor);
            }
        }
        Ok(true)
    }

    fn progress(&self) -> Progress {
        Progress { done: self.bytes, total: self.total }
    }
}

fn item(bytes: &[u8], line: u64, visitor: &mut dyn FnMut(Item<'_>)) {
    let place = Place::Line(line);
    match serde_json::from_slice::<CloudEvent<'_>>(bytes) {
        Err(error) => visitor(Item::Broken(place, format!("not a CloudEvent in JSON: {error}"))),
        Ok(event) => match event.stored(place) {
            Err(reason) => visitor(Item::Broken(place, reason)),
            Ok(stored) => visitor(Item::Event(stored)),
        },
    }
}

#[derive(Deserialize)]
struct CloudEvent<'a> {
    #[serde(borrow)]
    specversion: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    event_type: Cow<'a, str>,
    #[serde(borrow)]
    subject: Cow<'a, str>,
    schemaversion: Number,
    readablefrom: Option<Number>,
    streamversion: Option<Number>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

impl CloudEvent<'_> {
    fn stored(&self, place: Place) -> Result<Stored<'_>, String> {
        if self.specversion != "1.0" {
            return Err(format!("specversion {:?} is not read, only \"1.0\" is", self.specversion));
        }
        let version = |number: u64, name: &str| {
            u32::try_from(number).map_err(|_| format!("the attribute `{name}` is not a number that fits: {number}"))
        };
        let schema_version = version(self.schemaversion.0, "schemaversion")?;
        let readable_from = self.readablefrom.as_ref().map(|number| version(number.0, "readablefrom"));
        Ok(Stored {
            place,
            stream: &self.subject,
            stream_version: self.streamversion.as_ref().map(|number| number.0),
            event_type: &self.event_type,
            schema_version,
            readable_from: readable_from.transpose()?.unwrap_or(schema_version),
            payload: self.data.map(RawValue::get).ok_or("the attribute `data` is missing")?,
        })
    }
}

/// A number, as a string or as a JSON integer.
struct Number(u64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written<'a> {
            Integer(u64),
            #[serde(borrow)]
            Text(Cow<'a, str>),
        }
        match Written::deserialize(deserializer)? {
            Written::Integer(number) => Ok(Self(number)),
            // Only digits: `parse` would take a sign as well.
            Written::Text(text) => match text.parse() {
                Ok(number) if text.bytes().all(|byte| byte.is_ascii_digit()) => Ok(Self(number)),
                Ok(_) | Err(_) => Err(serde::de::Error::custom(format!("not a number that fits: {text:?}"))),
            },
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_too_long_is_read_over() {
        let event = r#"{"specversion":"1.0","type":"a.B","subject":"a.C-1","schemaversion":"1","data":{}}"#;
        let text = format!("{}\n{event}\n{}", "x".repeat(300), "y".repeat(300));
        // A buffer smaller than a line, as files have.
        let input = std::io::BufReader::with_capacity(16, text.as_bytes());
        let mut lines = Lines { longest: 100, ..Lines::new(input, None) };
        let mut found = Vec::new();
        let more = lines.visit(&mut |item| match item {
            Item::Event(event) => found.push(format!("{}: {}", event.place, event.event_type)),
            Item::Broken(place, reason) => found.push(format!("{place}: {reason}")),
        });
        assert!(!more.unwrap());
        let long = "more than 100 bytes, which no event has";
        assert_eq!(found, [format!("line 1: {long}"), "line 2: a.B".to_owned(), format!("line 3: {long}")]);
        assert_eq!(lines.progress().done, text.len() as u64);
    }
}
