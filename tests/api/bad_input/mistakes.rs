//! Every mistake that can be made in a body, from its schema, packed into as few bodies as will hold them.
//!
//! A [`Round`] is a value with mistakes in it and the errors that have to come of it. The rounds of an object are
//! those of its members side by side, so a body has mistakes in all its fields at once.

use serde_json::json;

use super::shape::{Kind, Member, Shape, Text};
use super::texts;

/// Errors in one body: the API names no more than a hundred.
const MOST_ERRORS: usize = 80;
/// Bytes in one body: the API takes no more than 256 KiB.
const MOST_BYTES: usize = 120_000;
/// Items with mistakes in one array.
const MOST_ITEMS: usize = 4;

/// Members that nothing has.
const UNKNOWN: [&str; 5] = ["zzz", "a/b~c", "", "\0", "\u{202e}eman"];
/// Tags of languages that are none.
const NO_TAGS: [&str; 7] = ["", "x", "a", "en_GB", "ar-", "abcdefghij", "ar\0"];
/// Of version 1: an id that no client may choose.
const NOT_CHOSEN: &str = "c232ab00-9414-11ec-b3c8-9f6bdeced846";

/// A value with mistakes in it.
pub struct Round {
    /// As it is sent.
    pub json: String,
    /// Pointer from here, and code.
    pub errors: Vec<(String, &'static str)>,
    /// Whether there is nothing else to be found wrong.
    pub exact: bool,
}

/// Where a value stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It is the body.
    Root,
    /// In an object.
    Member,
    /// In an array.
    Item,
}

impl Round {
    /// One mistake, here.
    fn of(json: impl Into<String>, code: &'static str) -> Self {
        Self { json: json.into(), errors: vec![(String::new(), code)], exact: true }
    }

    /// The errors as they are from one step further out.
    fn errors_below<'r>(&'r self, step: &str) -> impl Iterator<Item = (String, &'static str)> + use<'r> {
        let step = step.replace('~', "~0").replace('/', "~1");
        self.errors.iter().map(move |(pointer, code)| (format!("/{step}{pointer}"), *code))
    }
}

/// A string in JSON.
fn quoted(text: &str) -> String {
    json!(text).to_string()
}

/// Members in JSON, as given, twice if need be.
fn object<'m>(members: impl IntoIterator<Item = (&'m str, String)>) -> String {
    let members: Vec<String> =
        members.into_iter().map(|(name, value)| format!("{}:{value}", quoted(name))).collect();
    format!("{{{}}}", members.join(","))
}

/// A value that is taken here: the least that will do.
pub fn good(shape: &Shape) -> String {
    match shape.kinds.first().unwrap() {
        Kind::Flag(only) => only.unwrap_or(false).to_string(),
        Kind::Whole(min, max) => min.or(*max).unwrap_or(0).to_string(),
        Kind::Number(min, _) => min.to_string(),
        Kind::Code(words) => quoted(&words[0]),
        Kind::Text(text) => quoted(&texts::good(text)),
        Kind::List(item, min, _) => format!("[{}]", vec![good(item); *min].join(",")),
        Kind::Members(members) => object(needed(members)),
        Kind::ByLanguage(..) => object([("ar", quoted("x"))]),
    }
}

fn needed(members: &[Member]) -> impl Iterator<Item = (&str, String)> {
    members.iter().filter(|member| member.required).map(|member| (member.name.as_str(), good(&member.shape)))
}

/// Every mistake in a value of this shape. Where it is merged into what is there already (a merge patch), what is
/// left out is no mistake.
pub fn rounds(shape: &Shape, place: Place, merged: bool) -> Vec<Round> {
    let mut rounds = wrong_types(shape, place);
    for kind in &shape.kinds {
        match kind {
            Kind::Flag(only) => {
                rounds.extend(only.map(|only| Round::of((!only).to_string(), "wrong-type")));
            }
            Kind::Whole(min, max) => rounds.extend(wholes(*min, *max)),
            Kind::Number(min, max) => {
                let beyond = [(min - 1.0).to_string(), (max + 1.0).to_string(), "1e300".to_owned()];
                rounds.extend(beyond.map(|number| Round::of(number, "out-of-range")));
            }
            Kind::Code(words) => rounds.extend(codes(words)),
            Kind::Text(text) => {
                rounds.extend(texts::bad(text).iter().map(|(bad, code)| Round::of(quoted(bad), code)));
            }
            Kind::List(item, min, max) => rounds.extend(lists(item, *min, *max)),
            Kind::Members(members) => rounds.extend(objects(members, merged)),
            Kind::ByLanguage(text, most) => rounds.extend(by_language(text, *most, merged)),
        }
    }
    rounds
}

fn wrong_types(shape: &Shape, place: Place) -> Vec<Round> {
    let taken = |name: &str| shape.kinds.iter().any(|kind| kind.json_type() == name);
    let others =
        [("boolean", "true"), ("number", "7"), ("string", "\"x\""), ("array", "[]"), ("object", "{}")];
    let mut rounds: Vec<Round> = others
        .iter()
        .filter(|(name, _)| !taken(name))
        .map(|(_, value)| Round::of(*value, "wrong-type"))
        .collect();
    if shape.kinds.iter().any(|kind| matches!(kind, Kind::Whole(..))) {
        rounds.push(Round::of("1.5", "wrong-type"));
    }
    match place {
        Place::Member if shape.may_be_left_empty() => {}
        // In an object null is the same as nothing.
        Place::Member => rounds.push(Round::of("null", "required")),
        Place::Root | Place::Item => rounds.push(Round::of("null", "wrong-type")),
    }
    rounds
}

fn wholes(min: Option<i128>, max: Option<i128>) -> Vec<Round> {
    let mut rounds = Vec::new();
    if let Some(min) = min {
        rounds.push(Round::of((min - 1).to_string(), "too-small"));
        rounds.push(Round::of("-1e300", "too-small"));
    }
    if let Some(max) = max {
        rounds.push(Round::of((max + 1).to_string(), "too-large"));
        rounds.push(Round::of("1e300", "too-large"));
    }
    rounds
}

fn codes(words: &[String]) -> Vec<Round> {
    let word = &words[0];
    let others = [
        String::new(),
        "no-such-word".to_owned(),
        word.to_uppercase(),
        format!(" {word}"),
        format!("{word}\0"),
        format!("\u{202e}{word}"),
        word.repeat(1_000),
    ];
    others.iter().map(|other| Round::of(quoted(other), "unknown-value")).collect()
}

fn lists(item: &Shape, min: usize, max: Option<usize>) -> Vec<Round> {
    let mut rounds = Vec::new();
    if let Some(max) = max {
        rounds.push(Round::of(format!("[{}]", vec!["null"; max + 1].join(",")), "too-many"));
    }
    if let Some(fewer) = min.checked_sub(1) {
        rounds.push(Round::of(format!("[{}]", vec![good(item); fewer].join(",")), "too-few"));
    }
    let of_items = self::rounds(item, Place::Item, false);
    for chunk in chunks(&of_items, max.unwrap_or(MOST_ITEMS).min(MOST_ITEMS)) {
        let mut items: Vec<String> = chunk.iter().map(|round| round.json.clone()).collect();
        while items.len() < min {
            items.push(good(item));
        }
        let errors = chunk.iter().enumerate().flat_map(|(i, round)| round.errors_below(&i.to_string()));
        rounds.push(Round {
            json: format!("[{}]", items.join(",")),
            errors: errors.collect(),
            exact: chunk.iter().all(|round| round.exact),
        });
    }
    rounds
}

/// Rounds cut into as many as go into one body.
fn chunks(mut rounds: &[Round], most: usize) -> Vec<&[Round]> {
    let mut chunks = Vec::new();
    while !rounds.is_empty() {
        let fits = |n: &usize| fits(&rounds[..*n].iter().collect::<Vec<_>>());
        let (chunk, rest) =
            rounds.split_at((2..=most.min(rounds.len())).take_while(fits).last().unwrap_or(1));
        chunks.push(chunk);
        rounds = rest;
    }
    chunks
}

/// Whether one body holds all these.
fn fits(rounds: &[&Round]) -> bool {
    let errors: usize = rounds.iter().map(|round| round.errors.len()).sum();
    let bytes: usize = rounds.iter().map(|round| round.json.len()).sum();
    errors <= MOST_ERRORS && bytes <= MOST_BYTES
}

fn objects(members: &[Member], merged: bool) -> Vec<Round> {
    // Neither needed nor ever empty: what is left out stays as it is.
    let stays = |member: &Member| !member.required && !member.shape.may_be_left_empty();
    let merged = merged || members.iter().any(stays);
    let at = |name: &str, code| {
        let here = Round::of("", code);
        here.errors_below(name).collect::<Vec<_>>()
    };
    let mut rounds = Vec::new();
    let unknown = UNKNOWN.map(|name| (name, "1".to_owned()));
    rounds.push(Round {
        json: object(needed(members).chain(unknown)),
        errors: UNKNOWN.iter().flat_map(|name| at(name, "unknown-field")).collect(),
        exact: true,
    });
    // Twice null: nothing more is wrong with it than that, but where something has to be.
    let twice = || members.iter().map(|member| (member.name.as_str(), "null".to_owned()));
    let mut errors: Vec<_> = members.iter().flat_map(|member| at(&member.name, "duplicate-field")).collect();
    let missed = members.iter().filter(|member| !member.shape.may_be_left_empty());
    errors.extend(missed.flat_map(|member| at(&member.name, "required")));
    if !members.is_empty() {
        rounds.push(Round { json: object(twice().chain(twice())), errors, exact: true });
    }
    let required: Vec<_> = members
        .iter()
        .filter(|member| member.required)
        .flat_map(|member| at(&member.name, "required"))
        .collect();
    if !merged && !required.is_empty() {
        rounds.push(Round { json: "{}".to_owned(), errors: required, exact: true });
    }
    if members.iter().any(is_chosen_id) {
        let json = object(needed(members).chain([("id", quoted(NOT_CHOSEN))]));
        // That is looked at once the rest is good, together with whatever else does not go together.
        rounds.push(Round { json, errors: at("id", "invalid-id"), exact: false });
    }
    rounds.extend(side_by_side(members, merged));
    rounds
}

/// Whether it is an id that the client may choose.
fn is_chosen_id(member: &Member) -> bool {
    let uuid = |kind: &Kind| matches!(kind, Kind::Text(text) if text.format.as_deref() == Some("uuid"));
    member.name == "id" && member.shape.nullable && member.shape.kinds.iter().any(uuid)
}

/// The rounds of the members, as many in one object as it will hold.
fn side_by_side(members: &[Member], merged: bool) -> Vec<Round> {
    let tracks: Vec<Vec<Round>> =
        members.iter().map(|member| self::rounds(&member.shape, Place::Member, merged)).collect();
    let longest = tracks.iter().map(Vec::len).max().unwrap_or(0);
    let mut rounds = Vec::new();
    for turn in 0..longest {
        let mut packed: Vec<(usize, &Round)> = Vec::new();
        for (n, round) in tracks.iter().enumerate().filter_map(|(n, track)| Some((n, track.get(turn)?))) {
            let all: Vec<&Round> = packed.iter().map(|(_, packed)| *packed).chain([round]).collect();
            if !packed.is_empty() && !fits(&all) {
                rounds.push(together(members, &std::mem::take(&mut packed)));
            }
            packed.push((n, round));
        }
        rounds.push(together(members, &packed));
    }
    rounds
}

fn together(members: &[Member], packed: &[(usize, &Round)]) -> Round {
    let mut round = Round { json: String::new(), errors: Vec::new(), exact: true };
    let mut given = Vec::new();
    for (n, member) in members.iter().enumerate() {
        if let Some((_, wrong)) = packed.iter().find(|(wrong, _)| *wrong == n) {
            given.push((member.name.as_str(), wrong.json.clone()));
            round.errors.extend(wrong.errors_below(&member.name));
            round.exact &= wrong.exact;
        } else if member.required {
            given.push((member.name.as_str(), good(&member.shape)));
        }
    }
    round.json = object(given);
    round
}

/// Tags that languages may have, as many as are asked for.
fn tags() -> impl Iterator<Item = String> {
    (b'a'..=b'z')
        .flat_map(|one| (b'a'..=b'z').map(move |two| format!("q{}{}", char::from(one), char::from(two))))
}

fn by_language(text: &Text, most: usize, merged: bool) -> Vec<Round> {
    let entries = |values: Vec<(String, String, &'static str)>| {
        let json = object(values.iter().map(|(tag, value, _)| (tag.as_str(), value.clone())));
        let errors = values
            .iter()
            .flat_map(|(tag, _, code)| Round::of("", code).errors_below(tag).collect::<Vec<_>>());
        Round { errors: errors.collect(), json, exact: true }
    };
    let wrong = |bad: Vec<(String, &'static str)>| {
        entries(tags().zip(bad).map(|(tag, (value, code))| (tag, value, code)).collect())
    };
    let many: Vec<String> = tags().take(most + 1).collect();
    let mut rounds = vec![
        // A merge takes out what is null; what is in no language then is too few.
        Round::of(object(["ar", "en"].map(|tag| (tag, "null".to_owned()))), "too-few"),
        Round::of(object(many.iter().map(|tag| (tag.as_str(), quoted("x")))), "too-many"),
        entries(NO_TAGS.map(|tag| (tag.to_owned(), quoted("x"), "invalid-language-tag")).to_vec()),
        wrong(["true", "7", "[]", "{}"].map(|value| (value.to_owned(), "wrong-type")).to_vec()),
    ];
    let bad = texts::bad(text).into_iter().map(|(bad, code)| (quoted(&bad), code)).collect::<Vec<_>>();
    rounds.extend(bad.chunks(MOST_ITEMS).map(|chunk| wrong(chunk.to_vec())));
    if !merged {
        rounds.push(Round::of("{}", "too-few"));
    }
    let twice = object(["ar", "ar"].map(|tag| (tag, quoted("x"))));
    rounds.push(Round { json: twice, errors: vec![("/ar".to_owned(), "duplicate-field")], exact: true });
    rounds
}
