//! Generated code where nothing is called what it is usually called: it names everything by a path from the root.
//!
//! There is no prelude here, and beside the schema's own names (`String`, `Option`, `Vec`, `Ok`, `From` ...) the module
//! has modules, types and traits that take the names of primitive types, crates and macros.
#![no_implicit_prelude]

#[allow(unused_qualifications)] // the module's own `String` is `self::String`: alone it is the builtin type
pub mod derived;

/// What was generated, among its shadows.
#[allow(rustdoc::broken_intra_doc_links)] // `Default` and `Clone` are also derive macros, so links to them are ambiguous
pub mod generated {
    ::factum::include_schemas!();

    /// Modules with the names of crates.
    pub mod core {}
    /// As above.
    pub mod std {}
    /// As above.
    pub mod alloc {}
    /// As above.
    pub mod factum {}
    /// As above.
    pub mod serde {}

    /// Types with the names of primitive types.
    macro_rules! shadows {
        ($($name:ident)*) => {$(
            #[doc = "A shadow."]
            #[allow(non_camel_case_types)] // that is what is shadowed
            #[derive(::core::fmt::Debug)]
            pub struct $name;
        )*};
    }
    shadows! { bool u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64 str char }
    shadows! { Self_ PartialEq Eq PartialOrd Ord Hash Copy Send Sync Sized Fn FnMut FnOnce ToString ToOwned Display }
    shadows! { Serialize Deserialize Serializer Deserializer Record Event Upcast Aggregate Decision Json Uuid Bytes }
    shadows! { BTreeMap BTreeSet Formatter Error Read Write Choice Table Date Timestamp Duration Decimal Fixed }

    /// Macros with the names of the standard ones.
    macro_rules! write {
        () => {};
    }
    macro_rules! format {
        () => {};
    }
    macro_rules! vec {
        () => {};
    }
    macro_rules! matches {
        () => {};
    }
    macro_rules! panic {
        () => {};
    }
    write!();
    format!();
    vec![];
    matches!();
    panic!();
}

/// The user's part, which needs no prelude either.
mod decisions {
    use super::generated as g;

    impl g::HandleBoxCommand for g::Box {
        fn some(&self, command: g::Some) -> ::core::result::Result<::std::vec::Vec<g::SomeEvent>, g::BoxRejection> {
            ::factum::emit(g::Ok {
                string: command.str,
                core: 7,
                std: true,
                factum: ::factum::Bytes(::std::vec::Vec::new()),
            })
        }

        fn none(&self, _: g::None) -> ::factum::Decision<Self> {
            ::factum::nothing()
        }

        fn drop(&self, _: g::Drop) -> ::factum::Decision<Self> {
            ::factum::reject(g::Err { result: g::Result::Some, ok: 1 })
        }

        fn clone(&self, _: g::Clone) -> ::factum::Decision<Self> {
            ::factum::nothing()
        }
    }

    impl g::ApplyBoxEvent for g::Box {
        fn on_ok(&mut self, event: &g::Ok) {
            self.string = ::core::clone::Clone::clone(&event.string);
        }

        fn on_default(&mut self, event: &g::Default) {
            self.u64 = event.default;
        }

        fn on_from(&mut self, _: &g::From) {}

        fn on_iterator(&mut self, _: &g::Iterator) {}
    }
}
