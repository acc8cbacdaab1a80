use std::collections::BTreeSet;

use serde_json::Value;

use super::super::keys::{self, Form};
use super::json_schema;

/// Where each form of the reader is in the JSON Schema.
const FORMS: &[(&str, &Form)] = &[
    ("", &keys::FILE),
    ("/$defs/LongEvent", &keys::EVENT),
    ("/$defs/LongCommand", &keys::COMMAND),
    ("/$defs/LongRejection", &keys::REJECTION),
    ("/$defs/LongKind", &keys::KIND),
    ("/$defs/DeclaredType", &keys::DECLARED_TYPE),
    ("/$defs/EnumValue", &keys::VALUE),
    ("/$defs/StoredField", &keys::STORED_FIELD),
    ("/$defs/StateField", &keys::STATE_FIELD),
    ("/$defs/PassingField", &keys::MESSAGE_FIELD),
    ("/$defs/EarlierType", &keys::RETYPING),
    ("/$defs/Conversion", &keys::VIA_OR),
    ("/$defs/Step", &keys::OPERATIONS),
    ("/$defs/Step/properties/join", &keys::TEXT_STEP),
    ("/$defs/Step/properties/split", &keys::TEXT_STEP),
    ("/$defs/Step/properties/nest", &keys::STRUCT_STEP),
    ("/$defs/Step/properties/flatten", &keys::STRUCT_STEP),
    ("/$defs/Policy", &keys::POLICY),
    ("/$defs/Reaction", &keys::REACTION),
    ("/$defs/Timeout", &keys::TIMEOUT),
    ("/$defs/Compensation", &keys::COMPENSATION),
    ("/$defs/Deprecation", &keys::DEPRECATION),
];

#[test]
fn every_form_has_the_keys_of_the_reader_and_no_others() {
    let schema: Value = serde_json::from_str(&json_schema()).unwrap();
    for (pointer, form) in FORMS {
        let part = schema.pointer(pointer).unwrap_or_else(|| panic!("nothing at `{pointer}`"));
        let found: BTreeSet<&str> = part["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(found, form.names().collect(), "{}", form.name);
        assert_eq!(part["additionalProperties"], false, "{}", form.name);
        assert!(form.refused.iter().all(|key| !found.contains(key)), "{}", form.name);
    }
    assert_eq!(parts_with_keys(&schema), FORMS.len() + MUTUALLY_EXCLUSIVE, "a form is not in the table");
}

/// `fields`, `newtype` and `enum` exclude those behind them, by parts that speak of keys too.
const MUTUALLY_EXCLUSIVE: usize = 3;

fn parts_with_keys(schema: &Value) -> usize {
    let parts = schema.as_object().into_iter().flat_map(|map| map.values());
    let below: usize = parts.chain(schema.as_array().into_iter().flatten()).map(parts_with_keys).sum();
    below + usize::from(schema.get("properties").is_some_and(Value::is_object))
}

/// Hover texts are the documentation.
#[test]
fn every_key_says_what_it_means() {
    let schema: Value = serde_json::from_str(&json_schema()).unwrap();
    for (pointer, form) in FORMS {
        for property in form.keys {
            let found = schema.pointer(&format!("{pointer}/properties/{}/description", property.key)).unwrap();
            assert_eq!(found, property.doc);
            assert!(property.doc.ends_with('.'), "{}: {}", form.name, property.doc);
        }
    }
}
