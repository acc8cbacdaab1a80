//! CloudEvents line by line.

use std::io::{self, BufRead, Read, Write};

use super::CloudEvent;
use super::error::NdjsonError;
use super::write::to_json;
use crate::envelope::Recorded;
use crate::store::validate::LIMITS;

/// An event and the line it stood in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The line, from 1.
    pub number: u64,
    /// The bytes read so far, this line and its end included.
    pub bytes: u64,
    /// The event.
    pub event: CloudEvent,
}

/// Reads CloudEvents from lines of JSON: an iterator that holds one line in memory.
///
/// Blank lines are passed over, `\r\n` ends a line as `\n` does, the last line needs no end, and a byte order mark at the
/// beginning is no part of the first line. After a line that is wrong the next one is read; after [`NdjsonError::Io`] the
/// iterator is at its end.
///
/// ```
/// use factum::cloudevents::NdjsonReader;
///
/// let errors: Vec<String> = NdjsonReader::new("\n{}\n".as_bytes()).filter_map(|line| Some(line.err()?.to_string())).collect();
/// assert_eq!(errors, ["line 2: the attribute `specversion` is missing"]);
/// ```
#[derive(Debug)]
pub struct NdjsonReader<R> {
    input: R,
    buffer: Vec<u8>,
    line: u64,
    bytes: u64,
    max_line: usize,
    ended: bool,
}

impl<R: BufRead> NdjsonReader<R> {
    /// The most bytes that a line may have unless told otherwise: those of the largest event, twice (for escapes).
    pub const MAX_LINE: usize = 2 * (LIMITS.payload + LIMITS.headers + LIMITS.actor + 2 * LIMITS.event_type);

    /// Reads from `input`.
    pub const fn new(input: R) -> Self {
        Self { input, buffer: Vec::new(), line: 0, bytes: 0, max_line: Self::MAX_LINE, ended: false }
    }

    /// The most bytes that a line may have.
    #[must_use]
    pub const fn max_line(mut self, bytes: usize) -> Self {
        self.max_line = bytes;
        self
    }

    /// The next line that is not blank, or its error.
    fn read(&mut self) -> Option<Result<Line, NdjsonError>> {
        loop {
            match self.fill() {
                Ok(0) => return None,
                Ok(_) => {}
                Err(error) => {
                    self.ended = matches!(error, NdjsonError::Io { .. });
                    return Some(Err(error));
                }
            }
            let text = content(&self.buffer, self.line);
            if !text.trim_ascii().is_empty() {
                return Some(self.event(text));
            }
        }
    }

    /// Reads a line into the buffer; 0: there is none.
    fn fill(&mut self) -> Result<usize, NdjsonError> {
        self.buffer.clear();
        self.line += 1;
        let line = self.line;
        // Room for a byte order mark and the line's end: a line that is cut off here is seen to be too long.
        let limit = (self.max_line as u64).saturating_add(5);
        let read = self.input.by_ref().take(limit).read_until(b'\n', &mut self.buffer);
        let read = read.map_err(|source| NdjsonError::Io { line, source })?;
        self.bytes += read as u64;
        if content(&self.buffer, line).len() > self.max_line {
            self.skip_line().map_err(|source| NdjsonError::Io { line, source })?;
            return Err(NdjsonError::TooLong { line, limit: self.max_line });
        }
        Ok(read)
    }

    /// Reads over the rest of a line, of which nothing is kept.
    fn skip_line(&mut self) -> io::Result<()> {
        let mut is_read = self.buffer.ends_with(b"\n");
        while !is_read {
            let more = self.input.fill_buf()?;
            let end = more.iter().position(|byte| *byte == b'\n');
            let read = end.map_or(more.len(), |end| end + 1);
            is_read = end.is_some() || more.is_empty();
            self.input.consume(read);
            self.bytes += read as u64;
        }
        Ok(())
    }

    /// The bytes read so far.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    fn event(&self, text: &[u8]) -> Result<Line, NdjsonError> {
        let line = self.line;
        let text = std::str::from_utf8(text).map_err(|_| NdjsonError::NotUtf8 { line })?;
        let event = CloudEvent::from_json(text).map_err(|source| NdjsonError::Event { line, source })?;
        Ok(Line { number: line, bytes: self.bytes, event })
    }
}

/// A line without its end and, if it is the first, without a byte order mark.
fn content(buffer: &[u8], line: u64) -> &[u8] {
    let text = buffer.strip_suffix(b"\n").unwrap_or(buffer);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    if line == 1 { text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text) } else { text }
}

impl<R: BufRead> Iterator for NdjsonReader<R> {
    type Item = Result<Line, NdjsonError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let line = self.read();
        self.ended |= line.is_none();
        line
    }
}

/// Writes recorded events as lines of JSON.
///
/// A payload that holds line breaks is written with blanks in their place, since a line is a line: they can only stand
/// between its tokens.
#[derive(Debug)]
pub struct NdjsonWriter<W> {
    output: W,
}

impl<W: Write> NdjsonWriter<W> {
    /// Writes to `output`, which should be buffered.
    pub const fn new(output: W) -> Self {
        Self { output }
    }

    /// Writes one event and the line's end.
    ///
    /// # Errors
    /// The output's.
    pub fn write(&mut self, recorded: &Recorded<'_>) -> io::Result<()> {
        let mut line = to_json(recorded).map_err(io::Error::from)?;
        if line.contains(['\n', '\r']) {
            line = line.replace(['\n', '\r'], " ");
        }
        line.push('\n');
        self.output.write_all(line.as_bytes())
    }

    /// The output.
    pub const fn get_ref(&self) -> &W {
        &self.output
    }

    /// The output, flushed.
    ///
    /// # Errors
    /// The output's.
    pub fn finish(mut self) -> io::Result<W> {
        self.output.flush()?;
        Ok(self.output)
    }
}
