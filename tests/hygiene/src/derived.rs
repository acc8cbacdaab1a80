//! Derives among shadows: the items, their fields and what lies beside them are called like what generated code needs.

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

/// Types with the names of primitive types, of traits and of what the runtime calls its own.
macro_rules! shadows {
    ($($name:ident)*) => {$(
        #[doc = "A shadow."]
        #[allow(non_camel_case_types)] // that is what is shadowed
        #[derive(::core::fmt::Debug)]
        pub struct $name;
    )*};
}
shadows! { bool u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64 str char }
shadows! { PartialEq Eq PartialOrd Ord Hash Copy Send Sync Sized FnMut FnOnce ToString ToOwned Display Debug Into }
shadows! { Serialize Deserialize Serializer Deserializer Record Upcast Aggregate Decision Json Uuid Bytes Version Stored }
shadows! { BTreeMap BTreeSet Formatter Error Read Write Table Date Timestamp Duration Decimal Fixed Holds Emitted }

/// Macros with the names of the standard ones.
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
format!();
vec![];
matches!();
panic!();

/// A text whose variants are called like results.
#[derive(
    ::core::fmt::Debug,
    ::core::clone::Clone,
    ::core::cmp::PartialEq,
    ::core::cmp::Eq,
    ::core::cmp::PartialOrd,
    ::core::cmp::Ord,
    ::factum::Value,
)]
#[value(version = 2, removed(2, None, becomes = Some))]
#[value(derives(
    ::core::fmt::Debug,
    ::core::clone::Clone,
    ::core::cmp::PartialEq,
    ::core::cmp::Eq,
    ::core::cmp::PartialOrd,
    ::core::cmp::Ord
))]
pub enum Option {
    /// As above.
    #[value(renamed(2, "any"))]
    Some,
    /// As above.
    #[value(added(2))]
    Err,
    /// As above.
    #[value(fallback)]
    Ok(::std::string::String),
}

/// A struct whose fields are called like what generated functions bind.
#[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq, ::factum::Value)]
#[value(version = 3, removed(3, vec: ::std::vec::Vec<::core::primitive::u8>))]
pub struct String {
    /// As above.
    pub core: ::core::primitive::u8,
    /// As above.
    #[value(renamed(3, "std"))]
    pub draft: ::core::primitive::bool,
    /// As above.
    #[value(added(2), default = 7)]
    pub fields: ::core::primitive::u16,
    /// As above.
    #[value(retyped(2, ::core::primitive::f64, via = scale(100)))]
    pub version: ::core::primitive::i64,
    /// As above.
    #[value(added(3))]
    pub old: ::core::option::Option<Option>,
    /// As above.
    #[value(retyped(2, ::std::collections::BTreeMap<OptionV1, ::core::primitive::u32>))]
    pub r#type: ::std::collections::BTreeMap<Option, ::core::primitive::u32>,
}

/// A union whose kinds are called like results.
#[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq, ::factum::Value)]
#[value(version = 2, removed(2, Vec { text: ::core::option::Option<::std::string::String> }, becomes = Ok))]
pub enum Result {
    /// As above.
    #[value(renamed(2, "Fine"))]
    Ok {
        /// As above.
        #[value(added(2))]
        text: ::core::option::Option<::std::string::String>,
    },
    /// As above.
    Err {},
}

/// A newtype.
#[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq, ::factum::Value)]
#[value(version = 2, retyped(2, ::core::primitive::u32))]
pub struct Vec(pub ::core::primitive::u64);

/// An event with steps of every kind.
#[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq, ::factum::Event)]
#[event(context = "hygiene", version = 6, renamed(2, "Dup"), personal(name), upcast(5, by_hand))]
#[event(upcast(2, join(from(first, last), into(name), with = " "), nest(from(a, b), into(pair))))]
#[event(upcast(3, split(from(name), into(serializer, deserializer), with = " "), flatten(from(couple), into(c, d))))]
#[event(removed(2, first: ::std::string::String), removed(2, last: ::std::string::String))]
#[event(removed(2, a: ::core::primitive::u8), removed(2, b: ::core::primitive::u8))]
#[event(removed(3, name: ::std::string::String, added(2)), removed(3, couple: Couple))]
pub struct Clone {
    /// As above.
    #[event(added(3))]
    pub serializer: ::std::string::String,
    /// As above.
    #[event(added(3))]
    pub deserializer: ::std::string::String,
    /// As above.
    #[event(added(3))]
    pub c: ::core::primitive::u8,
    /// As above.
    #[event(added(3))]
    pub d: ::core::primitive::u8,
    /// As above.
    #[event(added(2))]
    pub pair: Pair,
    /// As above.
    #[event(retyped(4, ::core::option::Option<::core::primitive::u32>, via = or(9)))]
    pub arm: ::core::primitive::u32,
    /// As above.
    #[event(retyped(6, ::std::vec::Vec<StringV1>))]
    pub payload: ::std::vec::Vec<self::String>,
    /// As above.
    #[event(added(5))]
    pub context: Vec,
    /// As above.
    #[event(added(6), default = Option::Err)]
    pub event: Option,
    /// As above.
    #[event(added(4), default = ::core::option::Option::Some(Result::Err {}))]
    pub result: ::core::option::Option<Result>,
    /// As above.
    #[event(added(6), default = ::std::vec![1])]
    pub factum: ::std::vec::Vec<::core::primitive::u8>,
}

/// What two fields became.
#[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq, ::factum::Value)]
pub struct Pair {
    /// As above.
    pub a: ::core::primitive::u8,
    /// As above.
    pub b: ::core::primitive::u8,
}

/// What became two fields.
#[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq, ::factum::Value)]
pub struct Couple {
    /// As above.
    pub c: ::core::primitive::u8,
    /// As above.
    pub d: ::core::primitive::u8,
}

impl ::factum::Upcast<CloneV4> for CloneV5 {
    fn upcast(old: CloneV4) -> ::core::result::Result<Self, ::factum::UpcastError> {
        ::core::result::Result::Ok(Self {
            serializer: old.serializer,
            deserializer: old.deserializer,
            c: old.c,
            d: old.d,
            pair: old.pair,
            arm: old.arm,
            payload: old.payload,
            context: Vec(::core::convert::From::from(old.c)),
            result: old.result,
        })
    }
}

/// An event that is emitted no more.
#[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq, ::factum::Event)]
#[event(context = "hygiene", version = 2, retired(2))]
pub struct Drop;

/// An event that says nothing any more.
#[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq, ::factum::Event)]
#[event(context = "hygiene", version = 3, renamed(2, "Nil"), retired(3, nothing))]
pub struct Fn {}

/// An event that is read as two others.
#[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq, ::factum::Event)]
#[event(context = "hygiene", version = 2, becomes(2, [Iterator, Iterator]))]
pub struct From {
    /// As above.
    pub next: ::core::primitive::u64,
}

/// One of them.
#[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq, ::factum::Event)]
#[event(context = "hygiene", compensates(From, by(next)))]
pub struct Iterator {
    /// As above.
    pub next: ::core::primitive::u64,
}

impl ::factum::Upcast<From> for Iterator {
    fn upcast(old: From) -> ::core::result::Result<Self, ::factum::UpcastError> {
        ::core::result::Result::Ok(Self { next: old.next })
    }
}

/// The set.
#[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq, ::factum::EventSet)]
#[event_set(ended(Fn, From))]
pub enum Event {
    /// As above.
    Clone(Clone),
    /// As above.
    Drop(Drop),
    /// As above.
    Iterator(Iterator),
}

/// A command.
#[derive(::core::fmt::Debug, ::core::clone::Clone)]
pub struct Some(pub ::core::primitive::u64);

/// Another.
#[derive(::core::fmt::Debug, ::core::clone::Clone)]
pub struct None;

/// The set of commands.
#[derive(::core::fmt::Debug, ::core::clone::Clone, ::factum::CommandSet)]
pub enum Command {
    /// As above.
    Some(Some),
    /// As above.
    None(None),
}

/// Sets of nothing.
#[derive(::core::fmt::Debug, ::core::clone::Clone, ::factum::EventSet)]
pub enum NoEvent {}

/// As above.
#[derive(::core::fmt::Debug, ::core::clone::Clone, ::factum::CommandSet)]
pub enum NoCommand {}

/// The aggregate.
#[derive(::core::fmt::Debug, ::core::default::Default, ::factum::Aggregate)]
#[aggregate(context = "hygiene", name = "Carton", id = ::factum::Uuid, events = Event, commands = Command)]
#[aggregate(rejection = ::core::fmt::Error)]
pub struct Box {
    /// As above.
    pub aggregate: ::core::primitive::u64,
}

impl ApplyEvent for Box {
    fn on_clone(&mut self, event: &Clone) {
        self.aggregate += <::core::primitive::u64 as ::core::convert::From<_>>::from(event.arm);
    }

    fn on_drop(&mut self, _: &Drop) {
        self.aggregate = 0;
    }

    fn on_iterator(&mut self, event: &Iterator) {
        self.aggregate += event.next;
    }
}

impl HandleCommand for Box {
    fn some(&self, command: Some) -> ::factum::Decision<Self> {
        ::factum::emit(Iterator { next: command.0 })
    }

    fn none(&self, _: None) -> ::factum::Decision<Self> {
        ::factum::reject(::core::fmt::Error)
    }
}
