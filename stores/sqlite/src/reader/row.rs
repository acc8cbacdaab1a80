//! A row of the table `events`, read column by column and believed in nothing.

use factum::ReadError;
use factum::store::from_microseconds;
use jiff::Timestamp;
use rusqlite::Row;
use rusqlite::types::ValueRef;
use uuid::Uuid;

/// The columns in the order of the statements that read them.
#[derive(Clone, Copy)]
pub(super) enum Column {
    Position,
    Version,
    Id,
    KindId,
    RecordedAt,
    CorrelationId,
    CausationId,
    Depth,
    Actor,
    Headers,
    Payload,
    /// In the feed alone.
    StreamId,
}

/// A row, and its position for the errors.
pub(super) struct Columns<'r> {
    row: &'r Row<'r>,
    pub(super) position: u64,
}

impl<'r> Columns<'r> {
    pub(super) fn of(row: &'r Row<'r>) -> Result<Self, ReadError> {
        let mut columns = Self { row, position: 0 };
        columns.position = columns.number(Column::Position, "position")?;
        Ok(columns)
    }

    #[cold]
    pub(super) fn corrupt(&self, reason: impl Into<String>) -> ReadError {
        ReadError::Corrupt { position: self.position, reason: reason.into() }
    }

    pub(super) fn integer(&self, column: Column, name: &str) -> Result<i64, ReadError> {
        match self.value(column) {
            ValueRef::Integer(value) => Ok(value),
            _ => Err(self.corrupt(format!("its {name} is not an integer"))),
        }
    }

    /// An integer of the range of `N`.
    pub(super) fn number<N: TryFrom<i64>>(&self, column: Column, name: &str) -> Result<N, ReadError> {
        let value = self.integer(column, name)?;
        N::try_from(value).map_err(|_| self.corrupt(format!("its {name} is {value}")))
    }

    pub(super) fn time(&self, column: Column, name: &str) -> Result<Timestamp, ReadError> {
        let microseconds = self.integer(column, name)?;
        from_microseconds(microseconds)
            .ok_or_else(|| self.corrupt(format!("its {name} is {microseconds} microseconds, which is no time")))
    }

    pub(super) fn uuid(&self, column: Column, name: &str) -> Result<Uuid, ReadError> {
        self.optional_uuid(column, name)?.ok_or_else(|| self.corrupt(format!("its {name} is missing")))
    }

    pub(super) fn optional_uuid(&self, column: Column, name: &str) -> Result<Option<Uuid>, ReadError> {
        match self.value(column) {
            ValueRef::Null => Ok(None),
            ValueRef::Blob(bytes) => Uuid::from_slice(bytes)
                .map(Some)
                .map_err(|_| self.corrupt(format!("its {name} has {} bytes instead of 16", bytes.len()))),
            _ => Err(self.corrupt(format!("its {name} is not a blob"))),
        }
    }

    pub(super) fn text(&self, column: Column, name: &str) -> Result<&'r str, ReadError> {
        self.optional_text(column, name)?.ok_or_else(|| self.corrupt(format!("its {name} is missing")))
    }

    pub(super) fn optional_text(&self, column: Column, name: &str) -> Result<Option<&'r str>, ReadError> {
        match self.value(column) {
            ValueRef::Null => Ok(None),
            ValueRef::Text(bytes) => {
                std::str::from_utf8(bytes).map(Some).map_err(|error| self.corrupt(format!("its {name}: {error}")))
            }
            _ => Err(self.corrupt(format!("its {name} is not a text"))),
        }
    }

    /// The only error would be a statement that lacks the column, and there is none such.
    fn value(&self, column: Column) -> ValueRef<'r> {
        self.row.get_ref(column as usize).unwrap_or(ValueRef::Null)
    }
}
