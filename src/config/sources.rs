//! Where settings come from, and how the sources are laid over each other.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use super::table;
use super::values::Kind;

/// Where the value of a setting came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nobody said anything.
    Default,
    /// The file given with `--config`.
    File(PathBuf),
    /// The environment variable of this name.
    Variable(String),
    /// The flag of this name.
    Flag(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Variable(name) => write!(f, "{name}"),
            Self::Flag(name) => write!(f, "{name}"),
        }
    }
}

/// A setting given on the command line.
#[derive(Clone, Debug)]
pub struct Flag {
    /// The name of the setting.
    pub setting: &'static str,
    /// The flag as the user writes it, such as `--listen`.
    pub flag: &'static str,
    /// The value as the user wrote it.
    pub value: String,
}

/// Everything that the process was given.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// The file of `--config`.
    pub file: Option<PathBuf>,
    /// The environment; what doesn't begin with `AWASIR_` is passed over.
    pub environment: Vec<(OsString, OsString)>,
    /// The flags that were given.
    pub flags: Vec<Flag>,
}

/// All that is wrong with the settings, a line each.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct ConfigErrors(pub Vec<String>);

/// The text given for each setting, by its strongest source.
#[derive(Default)]
pub(super) struct Given {
    texts: BTreeMap<&'static str, (String, Source)>,
    origins: BTreeMap<&'static str, Source>,
}

impl Given {
    fn set(&mut self, name: &'static str, text: String, source: Source) {
        self.texts.insert(name, (text, source));
    }

    /// Reads one setting, and remembers where it came from.
    pub(super) fn read<T>(
        &mut self,
        name: &'static str,
        default: &str,
        kind: &Kind<T>,
        problems: &mut Vec<String>,
    ) -> Option<T> {
        let (text, source) = self.texts.remove(name).unwrap_or_else(|| (default.to_owned(), Source::Default));
        let value = (kind.read)(text.trim());
        if value.is_none() {
            let shown = if kind.secret { "what is given".to_owned() } else { format!("{text:?}") };
            problems.push(format!(
                "{name}: {shown} (from {source}) is not understood; expected {}",
                kind.expected
            ));
        }
        self.origins.insert(name, source);
        value
    }

    pub(super) fn into_origins(self) -> BTreeMap<&'static str, Source> {
        self.origins
    }
}

/// Lays the sources over each other; the second part of the answer is what should be warned of.
pub(super) fn gather(inputs: Inputs, problems: &mut Vec<String>) -> (Given, Vec<String>) {
    let mut given = Given::default();
    if let Some(path) = &inputs.file {
        read_file(path, &mut given, problems);
    }
    let warnings = read_environment(inputs.environment, &mut given, problems);
    for Flag { setting, flag, value } in inputs.flags {
        given.set(setting, value, Source::Flag(flag));
    }
    (given, warnings)
}

/// The setting called `name`, with its eternal name.
fn known(name: &str) -> Option<&'static str> {
    table::NAMES.iter().copied().find(|known| *known == name)
}

fn read_file(path: &Path, given: &mut Given, problems: &mut Vec<String>) {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            return problems.push(format!("--config: {} cannot be read: {error}", path.display()));
        }
    };
    let table = match text.parse::<toml::Table>() {
        Ok(table) => table,
        Err(error) => {
            let line =
                error.span().map_or(1, |span| 1 + text[..span.start.min(text.len())].matches('\n').count());
            let reason = error.message();
            return problems.push(format!("--config: {} is not TOML, line {line}: {reason}", path.display()));
        }
    };
    let source = Source::File(path.to_path_buf());
    for (key, value) in table {
        match (known(&key), plain(&value)) {
            (None, _) => problems.push(format!("{key}: is no setting (in {source}){}", suggestion(&key))),
            (Some(name), Some(text)) => given.set(name, text, source.clone()),
            (Some(name), None) => problems.push(format!(
                "{name}: a {} (from {source}) is not understood; expected a text, a number, true or false, or a list of texts",
                value.type_str()
            )),
        }
    }
}

/// A TOML value as it would be written in the environment.
fn plain(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(truth) => Some(truth.to_string()),
        toml::Value::Array(items) => {
            items.iter().map(|item| item.as_str()).collect::<Option<Vec<_>>>().map(|items| items.join(","))
        }
        _ => None,
    }
}

/// Reads the variables. Those that are no settings are warned of and not refused: Kubernetes and the
/// like put variables of their own, `AWASIR_PORT` among them, beside a service called awasir.
fn read_environment(
    environment: Vec<(OsString, OsString)>,
    given: &mut Given,
    problems: &mut Vec<String>,
) -> Vec<String> {
    let mut warnings = Vec::new();
    for (variable, value) in environment {
        let Some(variable) = variable.to_str() else {
            continue;
        };
        let Some(rest) = variable.strip_prefix("AWASIR_") else {
            continue;
        };
        if rest.starts_with("TEST_") {
            continue; // what the tests are told, not the server
        }
        let name = rest.to_ascii_lowercase();
        match (known(&name).filter(|_| !rest.contains(|c: char| c.is_ascii_lowercase())), value.into_string())
        {
            (Some(name), Ok(text)) => given.set(name, text, Source::Variable(variable.to_owned())),
            (Some(name), Err(_)) => {
                problems.push(format!("{name}: the value (from {variable}) is not UTF-8"))
            }
            (None, _) => {
                let hint = suggestion(&name);
                warnings.push(format!("{variable} is no setting and is passed over{hint}"));
            }
        }
    }
    warnings
}

/// "; did you mean …?" when a setting is spelled nearly like `name`.
fn suggestion(name: &str) -> String {
    table::NAMES
        .iter()
        .map(|known| (distance(known, name), known))
        .min()
        .filter(|(distance, known)| *distance <= 3 && *distance < known.len() / 2)
        .map_or_else(String::new, |(_, known)| format!("; did you mean {known}?"))
}

/// The number of letters to add, drop or change to make one word of the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
