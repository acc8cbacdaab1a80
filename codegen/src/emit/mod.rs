//! Items become text in some format; one module each.

#[cfg(feature = "json-schema")]
pub mod json_schema;
pub mod rust;
#[cfg(feature = "sql")]
pub mod sql;
