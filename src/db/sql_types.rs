//! The columns' own SQL types: the same DDL gives native columns on PostgreSQL and compact ones on
//! SQLite, where declared type names are free.
//!
//! | SQL | PostgreSQL | SQLite |
//! | --- | --- | --- |
//! | `uuid` | uuid | 16-byte BLOB |
//! | `timestamptz` | timestamptz | integer, microseconds since 1970 UTC |
//! | `date` | date | text `YYYY-MM-DD` |
//! | `jsonb` | jsonb | text (objects and arrays only: the column is NUMERIC for SQLite) |

use std::io::Write;

use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{HasSqlType, SqlType};
use diesel::sqlite::{Sqlite, SqliteValue};

use super::connection::MultiBackend;
use crate::types::{CalendarDate, Instant, Json};

/// `uuid`
#[derive(SqlType, QueryId, Clone, Copy, Debug, Default)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951), sqlite_type(name = "Binary"))]
pub struct Id;

/// `timestamptz`
#[derive(SqlType, QueryId, Clone, Copy, Debug, Default)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185), sqlite_type(name = "Long"))]
pub struct Moment;

/// `date`
#[derive(SqlType, QueryId, Clone, Copy, Debug, Default)]
#[diesel(postgres_type(oid = 1082, array_oid = 1182), sqlite_type(name = "Text"))]
pub struct Day;

/// `jsonb`
#[derive(SqlType, QueryId, Clone, Copy, Debug, Default)]
#[diesel(postgres_type(oid = 3802, array_oid = 3807), sqlite_type(name = "Text"))]
pub struct Jsonb;

macro_rules! known_to_both {
    ($($sql:ty),*) => {$(
        impl HasSqlType<$sql> for MultiBackend {
            fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
                MultiBackend::lookup_sql_type::<$sql>(lookup)
            }
        }
    )*};
}
known_to_both!(Id, Moment, Day, Jsonb);

impl diesel::sql_types::SqlOrd for Day {}
impl diesel::sql_types::SqlOrd for Moment {}

/// Makes a Rust type readable and writable through [`MultiBackend`], given that both engines know it.
#[macro_export]
macro_rules! through_both_engines {
    ($rust:ty [$($generics:tt)*], $sql:ty) => {
        impl<$($generics)*> diesel::deserialize::FromSql<$sql, $crate::db::connection::MultiBackend> for $rust {
            fn from_sql(
                value: <$crate::db::connection::MultiBackend as diesel::backend::Backend>::RawValue<'_>,
            ) -> diesel::deserialize::Result<Self> {
                value.from_sql::<Self, $sql>()
            }
        }
        impl<$($generics)*> diesel::serialize::ToSql<$sql, $crate::db::connection::MultiBackend> for $rust {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, $crate::db::connection::MultiBackend>,
            ) -> diesel::serialize::Result {
                out.set_value((<$sql>::default(), self));
                Ok(diesel::serialize::IsNull::No)
            }
        }
    };
}

/// The SQL side of an id type (a newtype over `uuid::Uuid`).
#[macro_export]
macro_rules! id_column {
    ($rust:ty) => {
        impl diesel::serialize::ToSql<$crate::db::sql_types::Id, diesel::pg::Pg> for $rust {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>,
            ) -> diesel::serialize::Result {
                std::io::Write::write_all(out, self.0.as_bytes())?;
                Ok(diesel::serialize::IsNull::No)
            }
        }
        impl diesel::serialize::ToSql<$crate::db::sql_types::Id, diesel::sqlite::Sqlite> for $rust {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::sqlite::Sqlite>,
            ) -> diesel::serialize::Result {
                out.set_value(&self.0.as_bytes()[..]);
                Ok(diesel::serialize::IsNull::No)
            }
        }
        impl diesel::deserialize::FromSql<$crate::db::sql_types::Id, diesel::pg::Pg> for $rust {
            fn from_sql(value: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
                Ok(Self(uuid::Uuid::from_slice(value.as_bytes())?))
            }
        }
        impl diesel::deserialize::FromSql<$crate::db::sql_types::Id, diesel::sqlite::Sqlite> for $rust {
            fn from_sql(
                mut value: diesel::sqlite::SqliteValue<'_, '_, '_>,
            ) -> diesel::deserialize::Result<Self> {
                Ok(Self(uuid::Uuid::from_slice(value.read_blob())?))
            }
        }
        $crate::through_both_engines!($rust [], $crate::db::sql_types::Id);
    };
}

/// The SQL side of a code (an enum with `as_str` and `parse`), kept as text.
#[macro_export]
macro_rules! text_column {
    ($rust:ty) => {
        impl diesel::serialize::ToSql<diesel::sql_types::Text, diesel::pg::Pg> for $rust {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>,
            ) -> diesel::serialize::Result {
                std::io::Write::write_all(out, self.as_str().as_bytes())?;
                Ok(diesel::serialize::IsNull::No)
            }
        }
        impl diesel::serialize::ToSql<diesel::sql_types::Text, diesel::sqlite::Sqlite> for $rust {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::sqlite::Sqlite>,
            ) -> diesel::serialize::Result {
                out.set_value(self.as_str());
                Ok(diesel::serialize::IsNull::No)
            }
        }
        impl diesel::deserialize::FromSql<diesel::sql_types::Text, diesel::pg::Pg> for $rust {
            fn from_sql(value: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
                let text = std::str::from_utf8(value.as_bytes())?;
                Self::parse(text).ok_or_else(|| format!("unknown code {text:?}").into())
            }
        }
        impl diesel::deserialize::FromSql<diesel::sql_types::Text, diesel::sqlite::Sqlite> for $rust {
            fn from_sql(
                mut value: diesel::sqlite::SqliteValue<'_, '_, '_>,
            ) -> diesel::deserialize::Result<Self> {
                let text = value.read_text();
                Self::parse(text).ok_or_else(|| format!("unknown code {text:?}").into())
            }
        }
        $crate::through_both_engines!($rust [], diesel::sql_types::Text);
    };
}

// timestamptz: PostgreSQL counts microseconds from 2000-01-01.
const MICROS_TO_2000: i64 = 946_684_800_000_000;

impl ToSql<Moment, Pg> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&(self.micros() - MICROS_TO_2000).to_be_bytes())?;
        Ok(IsNull::No)
    }
}
impl ToSql<Moment, Sqlite> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.micros());
        Ok(IsNull::No)
    }
}
impl FromSql<Moment, Pg> for Instant {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let bytes: [u8; 8] = value.as_bytes().try_into()?;
        Ok(Self::from_micros(i64::from_be_bytes(bytes) + MICROS_TO_2000))
    }
}
impl FromSql<Moment, Sqlite> for Instant {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self::from_micros(value.read_long()))
    }
}
through_both_engines!(Instant [], Moment);

impl ToSql<Day, Pg> for CalendarDate {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&self.days_since_2000().to_be_bytes())?;
        Ok(IsNull::No)
    }
}
impl ToSql<Day, Sqlite> for CalendarDate {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.to_string());
        Ok(IsNull::No)
    }
}
impl FromSql<Day, Pg> for CalendarDate {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let bytes: [u8; 4] = value.as_bytes().try_into()?;
        Self::from_days_since_2000(i32::from_be_bytes(bytes)).ok_or_else(|| "date out of range".into())
    }
}
impl FromSql<Day, Sqlite> for CalendarDate {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(value.read_text().parse()?)
    }
}
through_both_engines!(CalendarDate [], Day);

// jsonb: PostgreSQL's binary form is a version byte and the text.
impl<T: 'static> ToSql<Jsonb, Pg> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&[1])?;
        out.write_all(self.as_text().as_bytes())?;
        Ok(IsNull::No)
    }
}
impl<T: 'static> ToSql<Jsonb, Sqlite> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.as_text());
        Ok(IsNull::No)
    }
}
impl<T: 'static> FromSql<Jsonb, Pg> for Json<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes().split_first() {
            Some((1, text)) => Ok(Self::from_text(std::str::from_utf8(text)?.to_owned())?),
            _ => Err("unknown version of jsonb".into()),
        }
    }
}
impl<T: 'static> FromSql<Jsonb, Sqlite> for Json<T> {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self::from_text(value.read_text().to_owned())?)
    }
}
through_both_engines!(Json<T> [T: Send + Sync + std::fmt::Debug + 'static], Jsonb);
