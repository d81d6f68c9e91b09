//! Looking for a person in all that a database holds, byte by byte.

use awasir::db::Db;
use awasir::text::fold;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::support::*;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    text: String,
}

/// All that is stored: the file and its log after `VACUUM`, or every row of every table.
fn everything(server: &TestServer) -> Vec<u8> {
    let path = server.place.folder.path().join("awasir.db");
    server.look(|db| match db {
        Db::Sqlite(_) => {
            db.batch_execute("vacuum").unwrap();
            let mut bytes = std::fs::read(&path).unwrap();
            for beside in ["awasir.db-wal", "awasir.db-journal"] {
                bytes.extend(std::fs::read(path.with_file_name(beside)).unwrap_or_default());
            }
            bytes
        }
        Db::Postgres(connection) => {
            let tables = "select quote_ident(table_name::text) as text from information_schema.tables \
                          where table_schema = 'public' and table_type = 'BASE TABLE'";
            let tables: Vec<Line> = diesel::sql_query(tables).load(connection).unwrap();
            assert!(tables.len() > 20);
            let mut bytes = Vec::new();
            for Line { text: table } in tables {
                let rows: Vec<Line> = diesel::sql_query(format!("select t::text as text from {table} t"))
                    .load(connection)
                    .unwrap();
                rows.into_iter().for_each(|row| bytes.extend(row.text.into_bytes()));
            }
            bytes
        }
    })
}

/// The forms in which a text may be stored: as it is, folded, escaped, in percents, in hex, in base64.
fn forms(text: &str) -> Vec<Vec<u8>> {
    let mut forms: Vec<String> = Vec::new();
    for text in [text.to_owned(), text.to_lowercase(), fold(text), fold(text).replace(' ', "")] {
        let escaped = |upper: bool| -> String {
            let unit = |unit: u16| match unit {
                0..=127 => char::from(unit as u8).to_string(),
                _ if upper => format!("\\u{unit:04X}"),
                _ => format!("\\u{unit:04x}"),
            };
            text.encode_utf16().map(unit).collect()
        };
        let percent = |byte: &u8| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(*byte).to_string(),
            _ => format!("%{byte:02X}"),
        };
        let percents: String = text.as_bytes().iter().map(percent).collect();
        let hex: String = text.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        forms.extend([
            escaped(true),
            escaped(false),
            percents.to_lowercase(),
            percents,
            hex.to_uppercase(),
            hex,
        ]);
        for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            // Wherever in its group of three bytes it begins, the middle of it is written the same.
            for before in 0..3 {
                let padded = [&vec![0; before], text.as_bytes()].concat();
                let encoded = engine.encode(padded);
                forms.push(encoded[4..encoded.len() - 4].to_owned());
            }
        }
        forms.push(text);
    }
    let mut forms: Vec<Vec<u8>> = forms.into_iter().map(String::into_bytes).collect();
    forms.extend([
        text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    ]);
    forms.sort();
    forms.dedup();
    forms
}

/// A letter for each byte, so that bytes are looked for as fast as texts are.
fn letters(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// Where a text stands, in whatever form, with what stands around it.
fn find(everything: &str, text: &str) -> Option<String> {
    forms(text).iter().find_map(|form| {
        let form = letters(form);
        let at = everything.find(&form)?;
        let before: String = everything[..at].chars().rev().take(300).collect();
        let around = before.chars().rev().chain(everything[at..].chars().take(form.len()));
        Some(String::from_utf8_lossy(&around.map(|letter| letter as u8).collect::<Vec<u8>>()).into_owned())
    })
}

/// Expects all of it somewhere: what is looked for can be found.
#[track_caller]
pub fn assert_there(server: &TestServer, texts: &[&str]) {
    let everything = letters(&everything(server));
    for text in texts {
        assert!(find(&everything, text).is_some(), "{text} is nowhere: there is nothing to erase");
    }
}

/// Expects nothing of it anywhere.
#[track_caller]
pub fn assert_gone(server: &TestServer, texts: &[&str]) {
    let everything = letters(&everything(server));
    for text in texts {
        if let Some(around) = find(&everything, text) {
            panic!("{text} is still there: …{around}…");
        }
    }
}

/// Every value that is still kept has the digest in its entry; how many fields have lost theirs.
pub fn assert_digests_hold(server: &TestServer) -> usize {
    use awasir::journal::{entry::KeptValues, reader};
    let mut erased = 0;
    for entry in server.journal() {
        let digests = entry.digests.get().unwrap();
        let kept = server.look(|db| reader::values(db, entry.id).unwrap()).unwrap_or_else(|| json!({}));
        for (field, values) in kept.as_object().unwrap() {
            let values: KeptValues = serde_json::from_value(values.clone()).unwrap();
            assert_eq!(digests[field], values.digest(), "{} {field}", entry.action);
        }
        let lost = digests
            .as_object()
            .unwrap()
            .iter()
            .filter(|(field, digest)| digest.is_string() && kept.get(field).is_none());
        erased += lost.count();
    }
    erased
}
