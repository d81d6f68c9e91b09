//! What was counted and given in a programme, added up, and what others than its partners see of the sums. No I/O.
//!
//! Of one set of people outsiders are shown one breakdown along each line. Activities are a finer breakdown of
//! communities, so theirs is made within each community that is shown, and shows nothing of one that is not. Months
//! are a line of their own: whatever is left out there may be anything that the sums of the other line allow, and the
//! other way round.

use std::collections::{BTreeMap, HashMap};

use crate::http::problem::{Problem, Result};
use crate::programmes::codes::Counting;
use crate::types::beneficiaries::Sums;
use crate::types::beneficiaries::outsiders::for_outsiders;
use crate::types::{
    ActivityId, Beneficiaries, CalendarDate, CommunityId, CurrencyCode, Money, OrganisationId,
};

/// Progress of one activity that ended in one month, counted in one way, added up.
#[derive(Debug, Clone)]
pub struct Cell {
    /// Which activity.
    pub activity: ActivityId,
    /// Which month: `2026-03`.
    pub month: String,
    /// How it was counted.
    pub counting: Counting,
    /// Whom it counts.
    pub sums: Sums,
    /// How many these are.
    pub contacts: i64,
}

/// Whom something reached, and how often somebody was served.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// People who were not counted before.
    pub people: Sums,
    /// How often somebody was served, counted before or not.
    pub contacts: i64,
}

impl Reached {
    /// Adds progress.
    pub fn add(&mut self, cell: &Cell) {
        if cell.counting == Counting::NewPeople {
            self.people = self.people + cell.sums;
        }
        self.contacts = self.contacts.saturating_add(cell.contacts);
    }
}

/// An activity to be added up.
#[derive(Debug, Clone, Copy)]
pub struct Planned {
    /// Which.
    pub activity: ActivityId,
    /// Which community it serves.
    pub community: Option<CommunityId>,
    /// Whom it is to reach.
    pub target: Sums,
}

/// Target against reached. Null is not said, or not shown.
#[derive(Debug, Clone)]
pub struct Counts {
    /// Whom it is to reach.
    pub target: Beneficiaries,
    /// Whom it reached.
    pub reached: Beneficiaries,
    /// How often somebody was served.
    pub service_contacts: Option<i64>,
}

impl Counts {
    fn of(target: Sums, reached: Reached) -> Self {
        let service_contacts = Some(reached.contacts);
        Self { target: target.into(), reached: reached.people.into(), service_contacts }
    }
}

/// All that was counted, added up along each line.
#[derive(Debug, Clone)]
pub struct Counted {
    /// As a whole.
    pub overall: Counts,
    /// By the community that activities serve, those that serve none last, in the order of their first activity.
    pub by_community: Vec<(Option<CommunityId>, Counts)>,
    /// By activity.
    pub by_activity: Vec<(ActivityId, Counts)>,
    /// By the month in which progress ended; without targets.
    pub by_month: Vec<(String, Counts)>,
}

/// Adds progress up along each line; activities in their order.
pub fn add_up(planned: &[Planned], cells: &[Cell]) -> Counted {
    let mut of_activities: HashMap<ActivityId, Reached> = HashMap::new();
    let mut of_months: BTreeMap<&str, Reached> = BTreeMap::new();
    let mut all = Reached::default();
    for cell in cells {
        of_activities.entry(cell.activity).or_default().add(cell);
        of_months.entry(&cell.month).or_default().add(cell);
        all.add(cell);
    }
    let reached = |one: &Planned| of_activities.get(&one.activity).copied().unwrap_or_default();
    let mut of_communities: Vec<(Option<CommunityId>, (Sums, Reached))> = Vec::new();
    for one in planned {
        let known = of_communities.iter_mut().find(|(community, _)| *community == one.community);
        let more = reached(one);
        match known {
            Some((_, (target, reached))) => {
                *target = *target + one.target;
                reached.people = reached.people + more.people;
                reached.contacts = reached.contacts.saturating_add(more.contacts);
            }
            None => of_communities.push((one.community, (one.target, more))),
        }
    }
    of_communities.sort_by_key(|(community, _)| community.is_none());
    let target: Sums = planned.iter().map(|one| one.target).sum();
    let by_community = of_communities.into_iter();
    Counted {
        overall: Counts::of(target, all),
        by_community: by_community
            .map(|(community, (target, reached))| (community, Counts::of(target, reached)))
            .collect(),
        by_activity: planned.iter().map(|one| (one.activity, Counts::of(one.target, reached(one)))).collect(),
        by_month: of_months
            .into_iter()
            .map(|(month, reached)| (month.to_owned(), Counts::of(Sums::default(), reached)))
            .collect(),
    }
}

impl Counted {
    /// What those see who are not partners.
    #[must_use]
    pub fn for_outsiders(mut self, planned: &[Planned]) -> Self {
        // Looked up, not searched: a programme may have thousands of activities, each in a community of its own.
        let communities: HashMap<ActivityId, Option<CommunityId>> =
            planned.iter().map(|one| (one.activity, one.community)).collect();
        let mut within: HashMap<Option<CommunityId>, Vec<&mut Counts>> = HashMap::new();
        for (activity, counts) in &mut self.by_activity {
            within.entry(communities.get(activity).copied().flatten()).or_default().push(counts);
        }
        self.overall = hide(self.by_community.iter_mut().map(|(_, counts)| counts).collect());
        for (community, shown) in &self.by_community {
            let mut within = within.remove(community).unwrap_or_default();
            hide(within.iter_mut().map(|counts| &mut **counts).collect());
            for counts in within {
                show_no_more_than(shown, counts);
            }
        }
        hide(self.by_month.iter_mut().map(|(_, counts)| counts).collect());
        self
    }
}

/// Leaves out of a breakdown what outsiders may not see; the totals as they may see them.
fn hide(mut rows: Vec<&mut Counts>) -> Counts {
    let mut targets: Vec<Beneficiaries> = rows.iter().map(|row| row.target.clone()).collect();
    let mut reached: Vec<Beneficiaries> = rows.iter().map(|row| row.reached.clone()).collect();
    // How often people were served who are not among those reached is counted beside them, like households.
    let others = |row: &&mut Counts| {
        let again = row.service_contacts.unwrap_or_default() - row.reached.total.unwrap_or_default();
        Beneficiaries { households: Some(again), with_disability: None, elderly: None, ..row.reached.clone() }
    };
    let mut again: Vec<Beneficiaries> = rows.iter().map(others).collect();
    let all = for_outsiders(&mut again);
    let overall = Counts {
        target: for_outsiders(&mut targets),
        reached: for_outsiders(&mut reached),
        service_contacts: contacts(&all),
    };
    let shown = targets.into_iter().zip(reached).zip(&again);
    for (row, ((target, reached), again)) in rows.iter_mut().zip(shown) {
        **row = Counts { target, reached, service_contacts: contacts(again) };
    }
    overall
}

/// How often somebody was served, where both of its parts are shown: it says nothing besides.
fn contacts(parts: &Beneficiaries) -> Option<i64> {
    parts.total.zip(parts.households).map(|(reached, again)| reached.saturating_add(again))
}

/// Takes out of a part what is not shown of the whole.
fn show_no_more_than(whole: &Counts, part: &mut Counts) {
    let pairs = [(&whole.target, &mut part.target), (&whole.reached, &mut part.reached)];
    for (whole, part) in pairs {
        part.women = part.women.filter(|_| whole.women.is_some());
        part.men = part.men.filter(|_| whole.men.is_some());
        part.girls = part.girls.filter(|_| whole.girls.is_some());
        part.boys = part.boys.filter(|_| whole.boys.is_some());
        part.unspecified = part.unspecified.filter(|_| whole.unspecified.is_some());
        part.total = part.total.filter(|_| whole.total.is_some());
        part.households = part.households.filter(|_| whole.households.is_some());
        part.with_disability = part.with_disability.filter(|_| whole.with_disability.is_some());
        part.elderly = part.elderly.filter(|_| whole.elderly.is_some());
    }
    part.service_contacts = part.service_contacts.filter(|_| whole.service_contacts.is_some());
}

/// What one partner, or donors, pledged or gave in one currency, added up.
#[derive(Debug, Clone, Copy)]
pub struct Given {
    /// Which partner; none where it came from donors.
    pub organisation: Option<OrganisationId>,
    /// How much.
    pub money: Money,
    /// Received, or pledged and still to come.
    pub received: bool,
}

/// Pledged and received in one currency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Amounts {
    /// Still to come.
    pub pledged: Money,
    /// What arrived.
    pub received: Money,
}

/// What was given, by currency in the order of their codes: by all of `given`.
///
/// # Errors
/// `internal` when it is more than 64 bits hold: some nine thousand of the largest amounts.
pub fn by_currency<'g>(given: impl IntoIterator<Item = &'g Given>) -> Result<Vec<Amounts>> {
    let mut sums: BTreeMap<&'static str, Amounts> = BTreeMap::new();
    for one in given {
        let currency: CurrencyCode = one.money.currency();
        let nothing = Money::from_minor(currency, 0);
        let amounts =
            sums.entry(currency.as_str()).or_insert(Amounts { pledged: nothing, received: nothing });
        let sum = if one.received { &mut amounts.received } else { &mut amounts.pledged };
        let more = sum.checked_add(one.money);
        *sum = more.ok_or_else(|| Problem::internal("contributions that are too large together"))?;
    }
    Ok(sums.into_values().collect())
}

/// What came, by month, then by currency in the order of their codes; nothing of what comes to nothing.
///
/// # Errors
/// `internal` when it is more than 64 bits hold: some nine thousand of the largest amounts.
pub fn by_month(came: &[(CalendarDate, Money)]) -> Result<Vec<(String, Vec<Money>)>> {
    let mut sums: BTreeMap<(String, &'static str), Money> = BTreeMap::new();
    for (day, money) in came {
        let mut month = day.to_string();
        month.truncate("2026-03".len());
        let sum =
            sums.entry((month, money.currency().as_str())).or_insert(Money::from_minor(money.currency(), 0));
        let more = sum.checked_add(*money);
        *sum = more.ok_or_else(|| Problem::internal("contributions that are too large together"))?;
    }
    let mut months: BTreeMap<String, Vec<Money>> = BTreeMap::new();
    for ((month, _), sum) in sums.into_iter().filter(|(_, sum)| sum.minor() != 0) {
        months.entry(month).or_default().push(sum);
    }
    Ok(months.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn activity(n: u128) -> ActivityId {
        ActivityId(Uuid::from_u128(n))
    }

    fn community(n: u128) -> Option<CommunityId> {
        Some(CommunityId(Uuid::from_u128(n)))
    }

    fn women(count: i64) -> Sums {
        Sums { women: Some(count), ..Sums::default() }
    }

    fn cell(n: u128, month: &str, counting: Counting, count: i64) -> Cell {
        Cell { activity: activity(n), month: month.to_owned(), counting, sums: women(count), contacts: count }
    }

    fn planned(n: u128, community: Option<CommunityId>) -> Planned {
        Planned { activity: activity(n), community, target: women(100) }
    }

    #[test]
    fn it_adds_up_along_each_line() {
        let planned = [planned(1, community(1)), planned(2, None), planned(3, community(1))];
        let cells = [
            cell(1, "2026-01", Counting::NewPeople, 10),
            cell(1, "2026-02", Counting::Repeat, 7),
            cell(2, "2026-01", Counting::NotKnown, 20),
            cell(3, "2026-02", Counting::NewPeople, 30),
        ];
        let all = add_up(&planned, &cells);
        assert_eq!((all.overall.reached.women, all.overall.service_contacts), (Some(40), Some(67)));
        assert_eq!(all.overall.target.total, Some(300));
        let communities: Vec<_> = all
            .by_community
            .iter()
            .map(|(id, counts)| (*id, counts.reached.total, counts.service_contacts, counts.target.women))
            .collect();
        assert_eq!(
            communities,
            [(community(1), Some(40), Some(47), Some(200)), (None, None, Some(20), Some(100))]
        );
        let months: Vec<_> = all
            .by_month
            .iter()
            .map(|(month, counts)| (month.as_str(), counts.reached.total, counts.service_contacts))
            .collect();
        assert_eq!(months, [("2026-01", Some(10), Some(30)), ("2026-02", Some(30), Some(37))]);
    }

    #[test]
    fn outsiders_find_nobody_in_an_activity_by_its_community() {
        let planned = [planned(1, community(1)), planned(2, community(1)), planned(3, community(2))];
        let cells = [
            cell(1, "2026-01", Counting::NewPeople, 3),
            cell(2, "2026-01", Counting::NewPeople, 40),
            cell(3, "2026-02", Counting::NewPeople, 50),
        ];
        let shown = add_up(&planned, &cells).for_outsiders(&planned);
        assert_eq!(shown.overall.reached.women, Some(93));
        let of_communities: Vec<_> =
            shown.by_community.iter().map(|(_, counts)| counts.reached.women).collect();
        assert_eq!(of_communities, [Some(43), Some(50)]);
        let of_activities: Vec<_> =
            shown.by_activity.iter().map(|(_, counts)| counts.reached.women).collect();
        assert_eq!(of_activities, [None, None, Some(50)], "40 would give 3 away");
        // A community that is not shown shows none of its activities.
        let cells = [
            cell(1, "2026-01", Counting::NewPeople, 2),
            cell(2, "2026-01", Counting::NewPeople, 1),
            cell(3, "2026-02", Counting::NewPeople, 50),
        ];
        let shown = add_up(&planned, &cells).for_outsiders(&planned);
        assert!(shown.by_activity.iter().all(|(_, counts)| counts.reached.women.is_none()));
        assert_eq!(shown.overall.reached.women, Some(53));
    }

    #[test]
    fn how_often_people_were_served_gives_no_few_of_them_away() {
        let planned = [planned(1, community(1))];
        let shown = |again: i64| {
            let cells =
                [cell(1, "2026-01", Counting::NewPeople, 50), cell(1, "2026-01", Counting::Repeat, again)];
            add_up(&planned, &cells).for_outsiders(&planned).overall.service_contacts
        };
        assert_eq!([shown(2), shown(4), shown(5)], [None, None, Some(55)]);
    }

    #[test]
    fn currencies_are_never_added_together() {
        let money = |minor, currency: &str| Money::from_minor(CurrencyCode::parse(currency).unwrap(), minor);
        let organisation = Some(OrganisationId(Uuid::from_u128(1)));
        let given =
            [(500, "USD", true), (100, "SDG", false), (-200, "USD", true), (i64::MAX - 100, "SDG", false)]
                .map(|(minor, currency, received)| Given {
                    organisation,
                    money: money(minor, currency),
                    received,
                });
        let sums = by_currency(&given).unwrap();
        let expected = [
            Amounts { pledged: money(i64::MAX, "SDG"), received: money(0, "SDG") },
            Amounts { pledged: money(0, "USD"), received: money(300, "USD") },
        ];
        assert_eq!(sums, expected);
        let more = given.into_iter().chain([Given { organisation, money: money(1, "SDG"), received: false }]);
        assert!(by_currency(&more.collect::<Vec<_>>()).is_err());
    }

    #[test]
    fn what_donors_gave_is_told_by_the_month() {
        let came = |day: &str, minor, currency: &str| {
            (day.parse().unwrap(), Money::from_minor(CurrencyCode::parse(currency).unwrap(), minor))
        };
        let all = [
            came("2026-02-28", 500, "USD"),
            came("2026-01-31", 100, "SDG"),
            came("2026-01-01", 200, "SDG"),
            came("2026-01-15", 7, "USD"),
            came("2026-03-01", 9, "SDG"),
            came("2026-03-02", -9, "SDG"),
        ];
        let told: Vec<(String, Vec<String>)> = by_month(&all)
            .unwrap()
            .into_iter()
            .map(|(month, sums)| (month, sums.iter().map(Money::to_string).collect()))
            .collect();
        let expected = [
            ("2026-01".to_owned(), vec!["3.00 SDG".to_owned(), "0.07 USD".to_owned()]),
            ("2026-02".to_owned(), vec!["5.00 USD".to_owned()]),
        ];
        assert_eq!(told, expected);
        assert!(by_month(&[came("2026-01-01", i64::MAX, "SDG"), came("2026-01-02", 1, "SDG")]).is_err());
    }
}
