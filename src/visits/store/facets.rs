//! What lists of visits are narrowed by: for each audience of a visit and each facet of it one row, kept in the
//! transaction that changes the visit. A narrowed list is thereby read newest first like a whole one, however few
//! of an audience's visits fit.
//!
//! Words are found by any part of them: `title_words` has every word by each of its endings. It only grows; a
//! word that no title has any more leads to nothing.

use std::collections::BTreeSet;

use diesel::prelude::*;

use crate::db::Db;
use crate::db::dialect::facets::{self as rows, FacetRow};
use crate::db::schema::{audience, title_words, visit_discussions};
use crate::db::search::after_prefix;
use crate::http::problem::Result;
use crate::journal::{Audience, Writer};
use crate::types::{AnyId, CalendarDate, Instant, OrganisationId, VisitId};
use crate::visits::codes::{Response, Side, Topic, VisitState};
use crate::visits::model::Loaded;

/// So many letters of a word it is known by.
const WORD: usize = 64;
/// So many letters of an ending are kept.
const ENDING: usize = 24;
/// A part of more different words than this is no help: then about every title has one of them.
const MOST_WORDS: usize = 256;

/// A party on a side.
pub fn party(organisation: OrganisationId, side: Side) -> String {
    let side = match side {
        Side::Visitor => 'v',
        Side::Host => 'h',
    };
    format!("{side}{}", organisation.0.simple())
}

/// Where it stands: for the network's audience; an organisation's own go by `visit_parties`.
pub fn state(state: VisitState) -> String {
    format!("s{}", state.as_str())
}

/// Something was discussed.
pub fn topic(topic: Topic) -> String {
    format!("t{}", topic.as_str())
}

/// It begins on this day.
pub fn day(day: CalendarDate) -> String {
    format!("d{day}")
}

/// It goes on on this day, having begun earlier.
pub fn later_day(day: CalendarDate) -> String {
    format!("c{day}")
}

/// It begins in this day's month.
pub fn month(day: CalendarDate) -> String {
    let mut month = format!("m{day}");
    month.truncate("m2025-07".len());
    month
}

/// Its title has this word.
fn word(word: &str) -> String {
    format!("w{}", start(word, WORD))
}

fn start(text: &str, letters: usize) -> &str {
    text.char_indices().nth(letters).map_or(text, |(end, _)| &text[..end])
}

/// All rows of a visit whose discussions have these topics.
pub fn of(visit: &Loaded, topics: &[Topic]) -> BTreeSet<FacetRow> {
    let row = &visit.row;
    let mut shared: Vec<String> = topics.iter().map(|one| topic(*one)).collect();
    shared.extend([day(row.starts_on), month(row.starts_on)]);
    let last = row.ends_on.unwrap_or(row.starts_on);
    let later = (1..).map_while(|days| row.starts_on.plus_days(days).filter(|day| *day <= last));
    shared.extend(later.map(later_day));
    shared.extend(words_of(&row.folded).map(word));
    let mut all = BTreeSet::new();
    for who in visit.audiences() {
        // Who declined is not told beyond the parties.
        let told = |response| who != Audience::Network || response != Response::Declined;
        let parties = visit.parties.iter().map(|(party, _)| party).filter(|party| told(party.response));
        all.extend(parties.map(|one| (who.column(), party(one.organisation_id, one.side))));
        all.extend(shared.iter().map(|facet| (who.column(), facet.clone())));
        if who == Audience::Network {
            all.insert((who.column(), state(row.state)));
        }
    }
    all
}

/// The words of a folded title that a query may ask for.
fn words_of(folded: &str) -> impl Iterator<Item = &str> {
    folded.split_whitespace().filter(|word| word.chars().nth(1).is_some())
}

/// Each word of a folded title by each of its endings: `(ending, word)`.
pub fn endings(folded: &str) -> BTreeSet<(String, String)> {
    let mut all = BTreeSet::new();
    for word in words_of(folded) {
        let from = word.char_indices().map(|(from, _)| &word[from..]);
        let endings = from.filter(|ending| ending.chars().nth(1).is_some());
        all.extend(endings.map(|ending| (start(ending, ENDING).to_owned(), start(word, WORD).to_owned())));
    }
    all
}

/// The facets of the words that this folded word is a part of; none when those are too many to help.
///
/// # Errors
/// The engine's.
pub fn with_part(db: &mut Db, part: &str) -> Result<Option<Vec<String>>> {
    let first = start(part, ENDING);
    let most = i64::try_from(MOST_WORDS).unwrap_or(i64::MAX);
    let words: Vec<String> = title_words::table
        .filter(title_words::ending.ge(first))
        .filter(title_words::ending.lt(after_prefix(first)))
        .select(title_words::word)
        .limit(most + 1)
        .load(db)?;
    if words.len() > MOST_WORDS {
        return Ok(None);
    }
    let words: BTreeSet<String> = words.iter().map(|one| word(one)).collect();
    Ok(Some(words.into_iter().collect()))
}

/// Writes what became of a visit that was `before` and is `after`; none where there is none. The rows for the
/// audiences of before are there, and what was discussed is in its table.
///
/// # Errors
/// The engine's.
pub fn keep(w: &mut Writer<'_>, before: Option<&Loaded>, after: Option<&Loaded>) -> Result<()> {
    let Some(visit) = after.or(before) else { return Ok(()) };
    let (id, created_at) = (visit.row.id, visit.row.created_at);
    // What was discussed is another's to keep, but for audiences that come and go.
    let moved = before.map(Loaded::audiences) != after.map(Loaded::audiences);
    let topics = if moved { topics_of(w.db(), id)? } else { Vec::new() };
    let all = |visit: Option<&Loaded>| visit.map(|visit| of(visit, &topics)).unwrap_or_default();
    let (there, wanted) = (all(before), all(after));
    put(w, id, created_at, &there, &wanted)?;
    let folded = |visit: Option<&Loaded>| visit.map(|visit| visit.row.folded.clone());
    match folded(after) {
        Some(title) if folded(before).as_ref() != Some(&title) => add_words(w, &title),
        _ => Ok(()),
    }
}

/// Writes what became of what was discussed at a visit, whose table has it already.
///
/// # Errors
/// The engine's.
pub fn keep_topics(
    w: &mut Writer<'_>,
    visit: VisitId,
    gone: Option<Topic>,
    new: Option<Topic>,
) -> Result<()> {
    if gone == new {
        return Ok(());
    }
    let shown: Vec<(AnyId, Instant)> = audience::table
        .filter(audience::thing_id.eq(AnyId(visit.0)))
        .select((audience::organisation_id, audience::created_at))
        .load(w.db())?;
    let Some((_, created_at)) = shown.first().copied() else { return Ok(()) };
    let left = topics_of(w.db(), visit)?;
    let all = |one: Option<Topic>| -> BTreeSet<FacetRow> {
        one.iter().flat_map(|one| shown.iter().map(|(who, _)| (*who, topic(*one)))).collect()
    };
    put(w, visit, created_at, &all(gone.filter(|gone| !left.contains(gone))), &all(new))
}

fn put(
    w: &mut Writer<'_>,
    visit: VisitId,
    created_at: Instant,
    there: &BTreeSet<FacetRow>,
    wanted: &BTreeSet<FacetRow>,
) -> Result<()> {
    let place = (created_at, AnyId(visit.0));
    rows::remove(w.db(), place, &there.difference(wanted).collect::<Vec<_>>())?;
    rows::add(w.db(), place, &wanted.difference(there).collect::<Vec<_>>())
}

fn topics_of(db: &mut Db, visit: VisitId) -> Result<Vec<Topic>> {
    Ok(visit_discussions::table
        .filter(visit_discussions::visit_id.eq(visit))
        .select(visit_discussions::topic)
        .load(db)?)
}

/// Adds those words of a title that no title had before.
fn add_words(w: &mut Writer<'_>, folded: &str) -> Result<()> {
    let wholes: Vec<String> = words_of(folded).map(|word| start(word, ENDING).to_owned()).collect();
    if wholes.is_empty() {
        return Ok(());
    }
    let known: Vec<String> = title_words::table
        .filter(title_words::ending.eq_any(wholes))
        .filter(
            title_words::word
                .eq_any(words_of(folded).map(|word| start(word, WORD).to_owned()).collect::<Vec<_>>()),
        )
        .select(title_words::word)
        .load(w.db())?;
    // Of a longer word it is not known by what it goes on.
    let is_new =
        |word: &&str| word.chars().nth(WORD - 1).is_some() || !known.iter().any(|known| known == word);
    let new: Vec<&str> = words_of(folded).filter(is_new).collect();
    rows::add_words(w.db(), &endings(&new.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_kept_by_all_its_endings_of_two_letters() {
        let all = endings("زياره و\nبيت");
        let found: Vec<&str> = all.iter().map(|(ending, _)| ending.as_str()).collect();
        assert_eq!(found, ["اره", "بيت", "ره", "زياره", "ياره", "يت"]);
        assert!(all.contains(&("ره".to_owned(), "زياره".to_owned())));
    }

    #[test]
    fn long_words_are_known_by_their_start() {
        let long = "ا".repeat(100);
        let all = endings(&long);
        assert_eq!(all, BTreeSet::from_iter((2..=24).map(|n| ("ا".repeat(n), "ا".repeat(64)))));
    }

    #[test]
    fn days_and_months_are_in_the_order_of_time() {
        let date = |text: &str| text.parse::<CalendarDate>().unwrap();
        assert_eq!(
            (day(date("2025-07-04")), month(date("2025-07-04"))),
            ("d2025-07-04".into(), "m2025-07".into())
        );
        assert!(month(date("1999-12-31")) < month(date("2025-07-01")));
    }
}
