//! Reads typed values out of a tree and says of each mistake where it stands.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{
    self, DeserializeSeed, Deserializer, Expected, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
    Visitor,
};

use super::fault::did_you_mean;
use super::tree::{Node, Site, Value};

/// What is wrong with one value, before anybody said where it stands.
#[derive(Clone, Debug)]
pub(super) struct Mistake {
    pub(super) site: Option<Site>,
    pub(super) message: String,
    pub(super) hint: String,
}

impl Mistake {
    pub(super) fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { site: None, message: message.into(), hint: hint.into() }
    }

    /// The same mistake at a site, unless a narrower one is known.
    fn at(self, site: Site) -> Self {
        Self { site: self.site.or(Some(site)), ..self }
    }
}

/// A value and where it was written.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename = "$sited")]
pub(super) struct Sited<T> {
    pub(super) site: Site,
    pub(super) value: T,
}

/// One value or a list of them; never empty.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename = "$many")]
pub(super) struct Many<T>(pub(super) Vec<T>);

/// A table whose keys are names, in the order in which they were written.
#[derive(Clone, Debug)]
pub(super) struct Named<T>(pub(super) Vec<(Sited<String>, Sited<T>)>);

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
            type Value = Named<T>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Named(entries))
            }
        }
        deserializer.deserialize_map(Entries(PhantomData))
    }
}

impl<'de> Deserializer<'de> for &'de Node {
    type Error = Mistake;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        let read = match &self.value {
            Value::Text(text) => visitor.visit_borrowed_str(text),
            Value::Integer(number) => visitor.visit_i64(*number),
            Value::Float(number) => visitor.visit_f64(*number),
            Value::Flag(flag) => visitor.visit_bool(*flag),
            Value::List(nodes) => visitor.visit_seq(SeqDeserializer::new(nodes.iter())),
            Value::Table(entries) => {
                visitor.visit_map(MapDeserializer::new(entries.iter().map(|entry| (&entry.key, &entry.node))))
            }
            Value::Other(what) => Err(de::Error::invalid_type(Unexpected::Other(what), &visitor)),
        };
        read.map_err(|mistake| mistake.at(self.site))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_some(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        match name {
            "$sited" => visitor.visit_seq(SitedParts { node: self, next: SitedPart::Site }),
            // Without this a list would be taken for the values of the keys in their order.
            _ if matches!(self.value, Value::List(_)) => {
                let mistake: Mistake = de::Error::invalid_type(Unexpected::Seq, &visitor);
                Err(mistake.at(self.site))
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        match &self.value {
            Value::List(nodes) if name == "$many" && nodes.is_empty() => {
                Err(Mistake::new("the list is empty", "give at least one, or leave the key out")
                    .at(self.site))
            }
            Value::List(_) => visitor.visit_newtype_struct(self),
            _ if name == "$many" => visitor.visit_newtype_struct(SeqDeserializer::new(std::iter::once(self))),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        let read = match &self.value {
            Value::Text(text) => visitor.visit_enum(text.as_str().into_deserializer()),
            _ => self.deserialize_str(visitor),
        };
        read.map_err(|mistake| mistake.at(self.site))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, Mistake> for &'de Node {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// A value as [`Sited`] reads it: its site, then the value itself.
struct SitedParts<'de> {
    node: &'de Node,
    next: SitedPart,
}

enum SitedPart {
    Site,
    Value,
    End,
}

impl<'de> SeqAccess<'de> for SitedParts<'de> {
    type Error = Mistake;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Mistake> {
        match self.next {
            SitedPart::Site => {
                self.next = SitedPart::Value;
                seed.deserialize(self.node.site.number().into_deserializer()).map(Some)
            }
            SitedPart::Value => {
                self.next = SitedPart::End;
                seed.deserialize(self.node).map(Some).map_err(|mistake| mistake.at(self.node.site))
            }
            SitedPart::End => Ok(None),
        }
    }
}

impl std::error::Error for Mistake {}

impl fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl de::Error for Mistake {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string(), "see the schema: `anafora profile schema`")
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let (wanted, hint) = wanted(&expected.to_string());
        Self::new(format!("{wanted} was expected, not {}", shown(found)), hint)
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::new(format!("`{field}` is no key of this table"), did_you_mean(field, expected.iter().copied()))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let hint = did_you_mean(variant, expected.iter().copied());
        Self::new(format!("`{variant}` is no word that this key takes"), hint)
    }
}

/// What serde expected, in the words of somebody who writes a profile, and how to write it.
fn wanted(expected: &str) -> (&'static str, &'static str) {
    match expected {
        "u32" | "u64" => ("a whole number from 0", "write the digits alone, without quotes"),
        "f32" | "f64" => ("a number", "write it without quotes, as in 26.75"),
        "a boolean" => ("`true` or `false`", "write it without quotes"),
        "a sequence" => ("a list", "write it in brackets, as in [\"a\", \"b\"]"),
        "a string" => ("a text", "write it in quotes"),
        "a currency" => {
            ("a currency", "write its code, as in \"EUR\", or a table of words, as in { \"$\" = \"USD\" }")
        }
        known if known.starts_with("variant") || known.contains("enum") => ("a word", "write it in quotes"),
        _ => ("a table", "write it in braces, as in { key = \"value\" }, or under a [header]"),
    }
}

fn shown(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(flag) => format!("`{flag}`"),
        Unexpected::Unsigned(number) => format!("the number {number}"),
        Unexpected::Signed(number) => format!("the number {number}"),
        Unexpected::Float(number) => format!("the number {number}"),
        Unexpected::Str(text) => format!("the text `{text}`"),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "a table".to_owned(),
        other => other.to_string(),
    }
}

impl<T: JsonSchema> JsonSchema for Sited<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}

impl<T: JsonSchema> JsonSchema for Many<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Many{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        json_schema!({ "anyOf": [one, { "type": "array", "items": one, "minItems": 1 }] })
    }
}

impl<T: JsonSchema> JsonSchema for Named<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Named{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<T>();
        json_schema!({ "type": "object", "additionalProperties": value })
    }
}
