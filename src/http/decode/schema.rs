//! Pieces of which the schemas of bodies are put together.

use utoipa::openapi::schema::{
    AdditionalProperties, Array, ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type,
};
use utoipa::openapi::{Ref, RefOr};

/// A schema, or a reference to one.
pub type Described = RefOr<Schema>;

/// Named schemas, gathered for the document.
pub type Components = Vec<(String, RefOr<Schema>)>;

/// A reference to the schema of this name.
pub fn reference(name: &str) -> Described {
    RefOr::Ref(Ref::from_schema_name(name))
}

/// The same, or null.
pub fn nullable(described: Described) -> Described {
    match described {
        RefOr::T(Schema::Object(mut object))
            if object.enum_values.is_none() && single(&object.schema_type) =>
        {
            object.schema_type = with_null(object.schema_type);
            RefOr::T(Schema::Object(object))
        }
        RefOr::T(Schema::Array(mut array)) if single(&array.schema_type) => {
            array.schema_type = with_null(array.schema_type);
            RefOr::T(Schema::Array(array))
        }
        other => {
            let null = ObjectBuilder::new().schema_type(Type::Null);
            OneOfBuilder::new().item(null).item(other).into()
        }
    }
}

fn single(schema_type: &SchemaType) -> bool {
    matches!(schema_type, SchemaType::Type(one) if *one != Type::Null)
}

fn with_null(schema_type: SchemaType) -> SchemaType {
    match schema_type {
        SchemaType::Type(one) => SchemaType::Array(vec![one, Type::Null]),
        other => other,
    }
}

/// The same with a description: the lines of a doc comment. Without any, what it says of itself stays.
pub fn documented(described: Described, lines: &[&str]) -> Described {
    let Some(text) = joined(lines) else {
        return described;
    };
    match described {
        RefOr::Ref(mut reference) => {
            reference.description = text;
            RefOr::Ref(reference)
        }
        RefOr::T(mut schema) => {
            match &mut schema {
                Schema::Object(object) => object.description = Some(text),
                Schema::Array(Array { description, .. }) => *description = Some(text),
                Schema::OneOf(one) => one.description = Some(text),
                Schema::AllOf(all) => all.description = Some(text),
                Schema::AnyOf(any) => any.description = Some(text),
                _ => {}
            }
            RefOr::T(schema)
        }
    }
}

/// The schema of an object with these members and no others: name, schema, whether it is required, and its doc.
pub fn object(doc: &[&str], members: Vec<(&'static str, Described, bool)>) -> Described {
    let mut object = ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(joined(doc))
        .additional_properties(Some(AdditionalProperties::FreeForm(false)));
    for (name, described, required) in members {
        object = object.property(name, described);
        if required {
            object = object.required(name);
        }
    }
    object.into()
}

fn joined(lines: &[&str]) -> Option<String> {
    let text = lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join("\n");
    (!text.is_empty()).then_some(text)
}
