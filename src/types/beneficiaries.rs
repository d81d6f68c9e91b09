//! Whom something reached, or is meant to: people by sex and age, and what is counted beside them.
//!
//! Null is "not said", which is not zero. The total is derived: the sum of what was said, null when nothing was.
//! [`outsiders`] has what those see who are not partners.

pub mod outsiders;

use serde_json::json;

use crate::http::decode::{At, Components, Decode, Described, Int, Value};
use crate::{body, view};

/// The largest number of one kind, so that no sum of them is near to what 64 bits hold.
pub const MOST: i64 = 1_000_000_000;

/// How many of one kind.
pub type Count = Int<0, MOST>;

body! {
    /// Whom something reached, or is meant to. Null is "not said", which is not zero.
    pub struct BeneficiariesMembers {
        /// Women, of 18 or more.
        pub women: Option<Count>,
        /// Men, of 18 or more.
        pub men: Option<Count>,
        /// Girls, under 18.
        pub girls: Option<Count>,
        /// Boys, under 18.
        pub boys: Option<Count>,
        /// People of whom sex and age were not noted.
        pub unspecified: Option<Count>,
        /// Households; not added in.
        pub households: Option<Count>,
        /// Those of the total who live with a disability; not added in.
        pub with_disability: Option<Count>,
        /// Those of the total who are elderly; not added in.
        pub elderly: Option<Count>,
    }
    where check = part_of_the_total
}

fn part_of_the_total(members: &BeneficiariesMembers, at: &mut At<'_>) {
    let Some(total) = members.sums().total() else { return };
    for (name, part) in [("with_disability", members.with_disability), ("elderly", members.elderly)] {
        if part.is_some_and(|part| part.get() > total) {
            let detail = format!("is of the total, which is {total}, and cannot be more");
            at.member(name, |at| at.report("too-large", detail));
        }
    }
}

impl BeneficiariesMembers {
    fn sums(&self) -> Sums {
        let said = |count: Option<Count>| count.map(Count::get);
        Sums {
            women: said(self.women),
            men: said(self.men),
            girls: said(self.girls),
            boys: said(self.boys),
            unspecified: said(self.unspecified),
            households: said(self.households),
            with_disability: said(self.with_disability),
            elderly: said(self.elderly),
        }
    }
}

/// Beneficiaries as a body says them. A `total` beside them is ignored where it is their sum, or in a change what it
/// was before; any other is `read-only`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewBeneficiaries(Sums);

impl NewBeneficiaries {
    /// What was said, to be kept or added up.
    pub const fn sums(self) -> Sums {
        self.0
    }
}

impl Decode for NewBeneficiaries {
    fn decode(value: &Value, at: &mut At<'_>) -> Option<Self> {
        let Value::Object(members) = value else {
            at.wrong_type("an object", value);
            return None;
        };
        let before = at.reported();
        let (totals, others): (Vec<_>, Vec<_>) =
            members.iter().cloned().partition(|(name, _)| name == "total");
        at.duplicates(&totals);
        let sums = BeneficiariesMembers::decode(&Value::Object(others), at)?.sums();
        if let Some((name, total)) = totals.last()
            && *total != Value::Null
            && total.to_json() != json!(sums.total())
        {
            at.read_only_member(name, total);
        }
        (at.reported() == before).then_some(Self(sums))
    }
}

impl utoipa::PartialSchema for NewBeneficiaries {
    fn schema() -> Described {
        BeneficiariesMembers::schema()
    }
}

impl utoipa::ToSchema for NewBeneficiaries {
    fn name() -> std::borrow::Cow<'static, str> {
        std::borrow::Cow::Borrowed("NewBeneficiaries")
    }

    fn schemas(out: &mut Components) {
        BeneficiariesMembers::schemas(out);
    }
}

view! {
    /// Whom something reached, or is meant to. Null is "not said", which is not zero; for those who are not partners
    /// it may also be a number that is not shown.
    pub struct Beneficiaries, kept {
        /// Women, of 18 or more.
        pub women: Option<i64>,
        /// Men, of 18 or more.
        pub men: Option<i64>,
        /// Girls, under 18.
        pub girls: Option<i64>,
        /// Boys, under 18.
        pub boys: Option<i64>,
        /// People of whom sex and age were not noted.
        pub unspecified: Option<i64>,
        /// All of these people.
        pub total: Option<i64>,
        /// Households; not added in.
        pub households: Option<i64>,
        /// Those of the total who live with a disability; not added in.
        pub with_disability: Option<i64>,
        /// Those of the total who are elderly; not added in.
        pub elderly: Option<i64>,
    }
}

/// Beneficiaries to be added up, one progress to the next. What none of them says stays unsaid.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Sums {
    /// Women.
    pub women: Option<i64>,
    /// Men.
    pub men: Option<i64>,
    /// Girls.
    pub girls: Option<i64>,
    /// Boys.
    pub boys: Option<i64>,
    /// People of whom sex and age were not noted.
    pub unspecified: Option<i64>,
    /// Households.
    pub households: Option<i64>,
    /// Of the total, those who live with a disability.
    pub with_disability: Option<i64>,
    /// Of the total, those who are elderly.
    pub elderly: Option<i64>,
}

/// What is said of one kind by two: the sum, or what one of them says. With at most [`MOST`] each, billions of them
/// fit into 64 bits.
fn added(one: Option<i64>, other: Option<i64>) -> Option<i64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.saturating_add(other)),
        (one, other) => one.or(other),
    }
}

impl Sums {
    /// All people; none when nothing was said of them.
    pub fn total(self) -> Option<i64> {
        [self.women, self.men, self.girls, self.boys, self.unspecified].into_iter().fold(None, added)
    }

    /// The same, to be taken away: what a reversing entry adds.
    pub fn reversed(self) -> Self {
        self.each(|said| said.map(i64::saturating_neg))
    }

    fn each(self, change: impl Fn(Option<i64>) -> Option<i64>) -> Self {
        Self {
            women: change(self.women),
            men: change(self.men),
            girls: change(self.girls),
            boys: change(self.boys),
            unspecified: change(self.unspecified),
            households: change(self.households),
            with_disability: change(self.with_disability),
            elderly: change(self.elderly),
        }
    }
}

impl std::ops::Add for Sums {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            women: added(self.women, other.women),
            men: added(self.men, other.men),
            girls: added(self.girls, other.girls),
            boys: added(self.boys, other.boys),
            unspecified: added(self.unspecified, other.unspecified),
            households: added(self.households, other.households),
            with_disability: added(self.with_disability, other.with_disability),
            elderly: added(self.elderly, other.elderly),
        }
    }
}

impl std::iter::Sum for Sums {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), std::ops::Add::add)
    }
}

impl From<Sums> for Beneficiaries {
    fn from(sums: Sums) -> Self {
        Self {
            women: sums.women,
            men: sums.men,
            girls: sums.girls,
            boys: sums.boys,
            unspecified: sums.unspecified,
            total: sums.total(),
            households: sums.households,
            with_disability: sums.with_disability,
            elderly: sums.elderly,
        }
    }
}

impl From<&Beneficiaries> for Sums {
    fn from(shown: &Beneficiaries) -> Self {
        Self {
            women: shown.women,
            men: shown.men,
            girls: shown.girls,
            boys: shown.boys,
            unspecified: shown.unspecified,
            households: shown.households,
            with_disability: shown.with_disability,
            elderly: shown.elderly,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::decode::{decode, parse};
    use crate::http::patch::decode_patched;
    use crate::http::problem::Result;

    body! {
        /// What has a target.
        pub struct Activity { pub target: Option<NewBeneficiaries> }
    }

    fn said<T>(answer: Result<T>) -> std::result::Result<T, Vec<(String, &'static str)>> {
        answer.map_err(|problem| {
            problem.field_errors().iter().map(|error| (error.pointer.clone(), error.code)).collect()
        })
    }

    fn new(body: &str) -> std::result::Result<serde_json::Value, Vec<(String, &'static str)>> {
        let new: Result<NewBeneficiaries> = decode(&parse(body.as_bytes()).unwrap());
        said(new).map(|new| serde_json::to_value(Beneficiaries::from(new.sums())).unwrap())
    }

    #[test]
    fn the_total_is_the_sum_of_what_was_said() {
        let all = |members: serde_json::Value| {
            let mut all = json!({"women": null, "men": null, "girls": null, "boys": null, "unspecified": null,
                "total": null, "households": null, "with_disability": null, "elderly": null});
            all.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
            all
        };
        for (body, shown) in [
            ("{}", json!({})),
            (r#"{"households":40}"#, json!({"households": 40})),
            (r#"{"women":0}"#, json!({"women": 0, "total": 0})),
            (
                r#"{"women":1,"men":2,"girls":3,"boys":4,"unspecified":5,"total":15,"elderly":15}"#,
                json!({"women": 1, "men": 2, "girls": 3, "boys": 4, "unspecified": 5, "total": 15, "elderly": 15}),
            ),
            (r#"{"total":null,"with_disability":7}"#, json!({"with_disability": 7})),
            (r#"{"girls":6,"total":null}"#, json!({"girls": 6, "total": 6})),
            (r#"{"boys":1000000000,"men":null}"#, json!({"boys": MOST, "total": MOST})),
        ] {
            let shown = all(shown);
            assert_eq!(new(body).unwrap(), shown, "{body}");
            let kept: Beneficiaries = serde_json::from_value(shown.clone()).unwrap();
            assert_eq!(serde_json::to_value(Beneficiaries::from(Sums::from(&kept))).unwrap(), shown);
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for (body, pointer, code) in [
            (r#"{"women":-1}"#, "/women", "too-small"),
            (r#"{"women":1000000001}"#, "/women", "too-large"),
            (r#"{"women":1.5}"#, "/women", "wrong-type"),
            (r#"{"women":"5"}"#, "/women", "wrong-type"),
            (r#"{"women":5,"with_disability":6}"#, "/with_disability", "too-large"),
            (r#"{"women":5,"elderly":6}"#, "/elderly", "too-large"),
            (r#"{"women":5,"men":5,"total":11}"#, "/total", "read-only"),
            (r#"{"total":0}"#, "/total", "read-only"),
            (r#"{"women":5,"total":5,"total":5}"#, "/total", "duplicate-field"),
            (r#"{"women":5,"women":5}"#, "/women", "duplicate-field"),
            (r#"{"children":5}"#, "/children", "unknown-field"),
            ("[]", "", "wrong-type"),
        ] {
            assert_eq!(new(body), Err(vec![(pointer.to_owned(), code)]), "{body}");
        }
    }

    #[test]
    fn a_change_may_carry_the_total_that_was() {
        let current = json!({"target": Beneficiaries::from(Sums { women: Some(5), ..Sums::default() })});
        let patched = |patch: &str| {
            let patch = parse(patch.as_bytes()).unwrap();
            said(decode_patched::<Activity>(&current, &patch, Activity::MEMBERS, &[]))
                .map(|activity| activity.target.and_then(|target| target.sums().total()))
        };
        assert_eq!(patched(r#"{"target":{"men":7}}"#), Ok(Some(12)));
        assert_eq!(patched(r#"{"target":{"men":7,"total":5}}"#), Ok(Some(12)));
        assert_eq!(patched(r#"{"target":{"men":7,"total":12}}"#), Ok(Some(12)));
        assert_eq!(patched(r#"{"target":null}"#), Ok(None));
        let refused = Err(vec![("/target/total".to_owned(), "read-only")]);
        assert_eq!(patched(r#"{"target":{"men":7,"total":13}}"#), refused);
    }

    #[test]
    fn sums_leave_unsaid_what_none_says() {
        let one = Sums { women: Some(3), girls: Some(0), households: Some(2), ..Sums::default() };
        let other = Sums { women: Some(4), elderly: Some(1), ..Sums::default() };
        let both: Sums = [one, other].into_iter().sum();
        let expected =
            Sums { women: Some(7), girls: Some(0), households: Some(2), elderly: Some(1), ..Sums::default() };
        assert_eq!(both, expected);
        assert_eq!((both.total(), Sums::default().total()), (Some(7), None));
        assert_eq!((one + other.reversed()).women, Some(-1));
        assert_eq!((one + one.reversed()).total(), Some(0));
    }
}
