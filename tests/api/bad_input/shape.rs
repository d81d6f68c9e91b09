//! What the document says may stand in one place of a body or in a parameter.

use serde_json::Value;

use crate::support::document::document;

/// What may stand in a place.
pub struct Shape {
    /// Whether null may.
    pub nullable: bool,
    /// What else; several where there is a choice.
    pub kinds: Vec<Kind>,
}

/// One kind of value with its limits.
pub enum Kind {
    /// A boolean, of which only one may be.
    Flag(Option<bool>),
    /// A whole number between two.
    Whole(Option<i128>, Option<i128>),
    /// Any number between two.
    Number(f64, f64),
    /// One of these words.
    Code(Vec<String>),
    /// Any other string.
    Text(Text),
    /// An array: what its items are, how many at least and at most.
    List(Box<Shape>, usize, Option<usize>),
    /// An object.
    Members(Vec<Member>),
    /// A text by language tag, in so many languages at most.
    ByLanguage(Text, usize),
}

/// A member of an object.
pub struct Member {
    /// Its name.
    pub name: String,
    /// What may stand in it.
    pub shape: Shape,
    /// Whether it has to be there.
    pub required: bool,
}

/// A string.
#[derive(Clone, Default)]
pub struct Text {
    /// The name of its schema: `Phone`.
    pub name: Option<String>,
    /// `uuid`, `date` …
    pub format: Option<String>,
    /// A regular expression.
    pub pattern: Option<String>,
    /// Characters at least.
    pub min: usize,
    /// Characters at most.
    pub max: Option<usize>,
}

impl Shape {
    /// Reads a schema of the document.
    pub fn of(schema: &Value) -> Self {
        Self::named(schema, None)
    }

    fn named(schema: &Value, name: Option<&str>) -> Self {
        if let Some(reference) = schema["$ref"].as_str() {
            let named = document().pointer(reference.trim_start_matches('#')).unwrap();
            return Self::named(named, reference.rsplit('/').next());
        }
        let mut shape = Self { nullable: false, kinds: Vec::new() };
        if let Some(choices) = schema["oneOf"].as_array() {
            for choice in choices.iter().map(Self::of) {
                shape.nullable |= choice.nullable;
                shape.kinds.extend(choice.kinds);
            }
            return shape;
        }
        let types = match &schema["type"] {
            Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
            Value::String(one) => vec![one.as_str()],
            _ => panic!("a schema without a type: {schema}"),
        };
        for one in types {
            match one {
                "null" => shape.nullable = true,
                other => shape.kinds.push(Kind::of(other, schema, name)),
            }
        }
        shape
    }

    /// Whether the place is taken as an empty list when nothing stands in it.
    pub fn may_be_left_empty(&self) -> bool {
        self.nullable || self.kinds.iter().any(|kind| matches!(kind, Kind::List(_, 0, _)))
    }
}

impl Kind {
    fn of(kind: &str, schema: &Value, name: Option<&str>) -> Self {
        let number = |name: &str| schema[name].as_f64();
        let whole = |name: &str| {
            let exact = schema[name].as_i64().map(i128::from);
            exact.or_else(|| number(name).map(|float| float as i128))
        };
        match kind {
            "boolean" => Self::Flag(schema["enum"].as_array().and_then(|values| values[0].as_bool())),
            "integer" => Self::Whole(whole("minimum"), whole("maximum")),
            "number" => Self::Number(number("minimum").unwrap(), number("maximum").unwrap()),
            "string" => match schema["enum"].as_array() {
                Some(words) => {
                    Self::Code(words.iter().map(|word| word.as_str().unwrap().to_owned()).collect())
                }
                None => Self::Text(Text::of(schema, name)),
            },
            "array" => {
                let (least, most) = (size(schema, "minItems").unwrap_or(0), size(schema, "maxItems"));
                Self::List(Box::new(Shape::of(&schema["items"])), least, most)
            }
            "object" => Self::object(schema),
            other => panic!("no mistakes are known for the type {other}: {schema}"),
        }
    }

    fn object(schema: &Value) -> Self {
        let others = &schema["additionalProperties"];
        if others.is_object() {
            let most = size(schema, "maxProperties").unwrap();
            return Self::ByLanguage(Text::of(others, None), most);
        }
        assert_eq!(others, false, "an object takes any member: {schema}");
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let members = schema["properties"].as_object().cloned().unwrap_or_default();
        let member = |(name, schema): (&String, &Value)| Member {
            name: name.clone(),
            shape: Shape::of(schema),
            required: required.iter().any(|one| one == name),
        };
        Self::Members(members.iter().map(member).collect())
    }

    /// Its type in JSON.
    pub fn json_type(&self) -> &'static str {
        match self {
            Self::Flag(_) => "boolean",
            Self::Whole(..) | Self::Number(..) => "number",
            Self::Code(_) | Self::Text(_) => "string",
            Self::List(..) => "array",
            Self::Members(_) | Self::ByLanguage(..) => "object",
        }
    }
}

impl Text {
    fn of(schema: &Value, name: Option<&str>) -> Self {
        let text = |name: &str| schema[name].as_str().map(str::to_owned);
        Self {
            name: name.map(str::to_owned),
            format: text("format"),
            pattern: text("pattern"),
            min: size(schema, "minLength").unwrap_or(0),
            max: size(schema, "maxLength"),
        }
    }
}

fn size(schema: &Value, name: &str) -> Option<usize> {
    schema[name].as_u64().and_then(|size| usize::try_from(size).ok())
}
