//! What stands in a database, byte by byte: looked through for what is not to be there, whatever form it is in.

use awasir::db::{Db, Engine};
use awasir::text::fold;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::{Reply, TestServer};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    text: String,
}

/// All that is kept: the file and its log after `VACUUM`, or every row of every table.
pub fn everything_kept(server: &TestServer) -> Vec<u8> {
    if server.engine() == Engine::Sqlite {
        server.look(|db| db.batch_execute("vacuum").unwrap());
    }
    everything(server)
}

/// All that is stored: the file as it is with its log, free pages too, or every row of every table.
pub fn everything(server: &TestServer) -> Vec<u8> {
    let path = server.place.folder.path().join("awasir.db");
    server.look(|db| match db {
        Db::Sqlite(_) => {
            let mut bytes = std::fs::read(&path).unwrap();
            for beside in ["awasir.db-wal", "awasir.db-journal"] {
                bytes.extend(std::fs::read(path.with_file_name(beside)).unwrap_or_default());
            }
            bytes
        }
        Db::Postgres(_) => rows(db).join("\n").into_bytes(),
    })
}

/// Every row of every table as text, in order.
pub fn rows(db: &mut Db) -> Vec<String> {
    let mut all = Vec::new();
    match db {
        Db::Sqlite(connection) => {
            let tables = "select m.name || '|' || group_concat('quote(' || c.name || ')', '||'',''||') as text \
                          from sqlite_master m, pragma_table_info(m.name) c where m.type = 'table' group by m.name";
            let tables: Vec<Line> = diesel::sql_query(tables).load(connection).unwrap();
            assert!(tables.len() > 20);
            for Line { text } in tables {
                let (table, columns) = text.split_once('|').unwrap();
                let rows = format!("select '{table} ' || {columns} as text from {table}");
                let rows: Vec<Line> = diesel::sql_query(rows).load(connection).unwrap();
                all.extend(rows.into_iter().map(|row| row.text));
            }
        }
        Db::Postgres(connection) => {
            let tables = "select quote_ident(table_name::text) as text from information_schema.tables \
                          where table_schema = 'public' and table_type = 'BASE TABLE'";
            let tables: Vec<Line> = diesel::sql_query(tables).load(connection).unwrap();
            assert!(tables.len() > 20);
            for Line { text: table } in tables {
                let rows = format!("select '{table} ' || t::text as text from {table} t");
                let rows: Vec<Line> = diesel::sql_query(rows).load(connection).unwrap();
                all.extend(rows.into_iter().map(|row| row.text));
            }
        }
    }
    all.sort();
    all
}

/// The forms in which a text may be stored: as it is, folded, escaped, in percents, in hex, in base64.
pub fn forms(text: &str) -> Vec<Vec<u8>> {
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
pub fn letters(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// Where a text stands, in whatever form, with what stands around it.
pub fn find(everything: &str, text: &str) -> Option<String> {
    forms(text).iter().find_map(|form| {
        let form = letters(form);
        let at = everything.find(&form)?;
        let before: String = everything[..at].chars().rev().take(300).collect();
        let around = before.chars().rev().chain(everything[at..].chars().take(form.len()));
        Some(String::from_utf8_lossy(&around.map(|letter| letter as u8).collect::<Vec<u8>>()).into_owned())
    })
}

/// What is to stay secret, and where it was listened for.
#[derive(Default)]
pub struct Overheard {
    secrets: Vec<String>,
    heard: Vec<(String, Vec<u8>)>,
}

impl Overheard {
    /// Listens for these: an e-mail address, a telephone number, a name.
    pub fn listen_for(secrets: &[&str]) -> Self {
        Self { secrets: secrets.iter().map(|secret| (*secret).to_owned()).collect(), heard: Vec::new() }
    }

    /// Takes down an answer, headers and all, that is not to have any of it.
    pub fn hear(&mut self, reply: Reply) -> Reply {
        let mut bytes = format!("{:?}\n", reply.headers).into_bytes();
        bytes.extend(&reply.body);
        self.heard.push((format!("answer {}", self.heard.len() + 1), bytes));
        reply
    }

    /// Takes down something else, such as a log.
    pub fn take_down(&mut self, what: &str, bytes: Vec<u8>) {
        self.heard.push((what.to_owned(), bytes));
    }

    /// Where some of it stands in clear: in what was heard, or in the database, that is the whole file with its log and its free
    /// pages, or every row of every table.
    pub fn in_clear(mut self, server: &TestServer) -> Option<String> {
        let stored = everything(server);
        self.take_down("the database", stored);
        self.heard.iter().find_map(|(what, bytes)| {
            let heard = letters(bytes);
            let found = |secret: &String| Some((secret.clone(), find(&heard, secret)?));
            let (secret, around) = self.secrets.iter().find_map(found)?;
            Some(format!("{secret} stands in clear in {what}: …{around}…"))
        })
    }

    /// Expects none of it anywhere.
    #[track_caller]
    pub fn assert_nothing_in_clear(self, server: &TestServer) {
        if let Some(found) = self.in_clear(server) {
            panic!("{found}");
        }
    }
}
