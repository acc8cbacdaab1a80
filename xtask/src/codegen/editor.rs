//! `schemas/factum.schema.json`: the schema language as a JSON Schema, for editors.

/// The JSON Schema.
pub(super) fn schema() -> String {
    factum_model::yaml::json_schema()
}
