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
}

impl<R: BufRead> Lines<R> {
    /// From `input`, which has `total` bytes, if that is known.
    pub const fn new(input: R, total: Option<u64>) -> Self {
        Self { input, buffer: Vec::new(), line: 0, bytes: 0, total }
    }

    /// The next line into the buffer; `false`: there is none.
    fn fill(&mut self) -> Result<bool, String> {
        self.buffer.clear();
        self.line += 1;
        let read = self.input.by_ref().take(MAX_LINE).read_until(b'\n', &mut self.buffer);
        let read = read.map_err(|error| format!("line {}: {error}", self.line))? as u64;
        self.bytes += read;
        if read == MAX_LINE && !self.buffer.ends_with(b"\n") {
            return Err(format!("line {} has more than {MAX_LINE} bytes", self.line));
        }
        Ok(read > 0)
    }
}

impl<R: BufRead> Source for Lines<R> {
    fn visit(&mut self, visitor: &mut dyn FnMut(Item<'_>)) -> Result<bool, String> {
        for _ in 0..LINES {
            if !self.fill()? {
                return Ok(false);
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
