//! Why a donor is named for a project, in Arabic and English. No I/O.

use super::codes::{Fits, MatchReason};
use super::model::Reason;
use crate::reference::tables::tables;
use crate::text::direction::isolated;
use crate::text::plural::Forms;
use crate::text::{Locale, LocalizedText};
use crate::types::{Money, Sector};

use Locale::{Ar, En};

/// Fields of work, after "بـ": in the genitive.
const SECTORS_AR: Forms = Forms::arabic(["", "بمجال واحد", "بمجالين", "بـ# مجالات", "بـ# مجالًا", "بـ# مجال"]);
const SECTORS_EN: Forms = Forms::english("1 field of work", "# fields of work");
const PLACES_AR: Forms = Forms::arabic(["", "بمكان واحد", "بمكانين", "بـ# أماكن", "بـ# مكانًا", "بـ# مكان"]);
const PLACES_EN: Forms = Forms::english("1 place", "# places");

/// What agrees between a donor and a project.
pub struct Agreement<'a> {
    /// The fields of work that both have.
    pub sectors: &'a [Sector],
    /// P-codes of the donor's places that are the project's too.
    pub places: &'a [String],
    /// What the project lacks, where it is known.
    pub gap: Option<Money>,
    /// What the donor gives.
    pub range: [Option<Money>; 2],
    /// Whether that goes together.
    pub fits: Fits,
}

/// The reasons, one for each respect in which there is something to say.
pub fn reasons(agreement: &Agreement<'_>) -> Vec<Reason> {
    let of = |reason, said: Option<(String, String)>| {
        said.map(|(ar, en)| Reason { reason, text: LocalizedText::in_both(ar, en) })
    };
    [
        of(MatchReason::Sectors, sectors(agreement.sectors)),
        of(MatchReason::Places, places(agreement.places)),
        of(MatchReason::Range, range(agreement)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn sectors(shared: &[Sector]) -> Option<(String, String)> {
    let count = count(shared.len())?;
    let named = |locale, between: &str| {
        shared.iter().map(|sector| sector.label(locale)).collect::<Vec<_>>().join(between)
    };
    let ar = format!("يهتم الداعم {} من مجالات المشروع: {}", SECTORS_AR.with(count), named(Ar, "، "));
    let en = format!("May support {} of the project: {}", SECTORS_EN.with(count), named(En, ", "));
    Some((ar, en))
}

fn places(shared: &[String]) -> Option<(String, String)> {
    let count = count(shared.len())?;
    let named = |locale: Locale, between: &str| {
        shared.iter().map(|pcode| place(pcode, locale)).collect::<Vec<_>>().join(between)
    };
    let ar = format!("يهتم الداعم {} من أماكن المشروع: {}", PLACES_AR.with(count), named(Ar, "، "));
    let en = format!("May support {} of the project: {}", PLACES_EN.with(count), named(En, ", "));
    Some((ar, en))
}

/// How many, where there are any.
fn count(length: usize) -> Option<u64> {
    u64::try_from(length).ok().filter(|count| *count > 0)
}

/// What a state or locality is called; the code itself where it is in no list.
fn place(pcode: &str, locale: Locale) -> String {
    let places = tables();
    let (state, locality) = (places.states.get(pcode), places.localities.get(pcode));
    let name = |name: crate::reference::tables::Label| if locale == Ar { name.ar } else { name.en };
    match (state, locality) {
        (Some(state), _) if locale == Ar => format!("ولاية {}", name(state.name)),
        (Some(state), _) => format!("{} State", name(state.name)),
        (None, Some(locality)) => name(locality.name).to_owned(),
        (None, None) => isolated(pcode, locale).into_owned(),
    }
}

fn range(agreement: &Agreement<'_>) -> Option<(String, String)> {
    let gap = agreement.gap?;
    let [minimum, maximum] = agreement.range;
    let (gap_ar, gap_en) = (money(gap, Ar), money(gap, En));
    let (ar, en) = match agreement.fits {
        Fits::Unknown => return None,
        Fits::Within => (
            format!("الفجوة التمويلية {gap_ar} ضمن ما يقدّمه الداعم ({})", between(minimum, maximum, Ar)),
            format!(
                "The funding gap of {gap_en} is within what the donor gives ({})",
                between(minimum, maximum, En)
            ),
        ),
        Fits::Below => (
            format!("الفجوة التمويلية {gap_ar} أقل مما يقدّمه الداعم ({})", between(minimum, maximum, Ar)),
            format!(
                "The funding gap of {gap_en} is less than the donor gives ({})",
                between(minimum, maximum, En)
            ),
        ),
        Fits::Above => (
            format!(
                "يمكن أن يغطي الداعم جزءًا من الفجوة التمويلية {gap_ar} ({})",
                between(minimum, maximum, Ar)
            ),
            format!(
                "The donor may cover a part of the funding gap of {gap_en} ({})",
                between(minimum, maximum, En)
            ),
        ),
    };
    Some((ar, en))
}

fn between(minimum: Option<Money>, maximum: Option<Money>, locale: Locale) -> String {
    let said = |amount: Option<Money>| amount.map(|amount| money(amount, locale));
    match (said(minimum), said(maximum), locale) {
        (Some(least), Some(most), Ar) => format!("من {least} إلى {most}"),
        (Some(least), None, Ar) => format!("{least} على الأقل"),
        (None, Some(most), Ar) => format!("{most} على الأكثر"),
        (Some(least), Some(most), En) => format!("from {least} to {most}"),
        (Some(least), None, En) => format!("at least {least}"),
        (None, Some(most), En) => format!("at most {most}"),
        (None, None, _) => String::new(),
    }
}

fn money(amount: Money, locale: Locale) -> String {
    isolated(&amount.to_string(), locale).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::CurrencyCode;

    fn sdg(minor: i64) -> Option<Money> {
        Some(Money::from_minor(CurrencyCode::parse("SDG").unwrap(), minor))
    }

    fn said(agreement: &Agreement<'_>) -> Vec<(String, String)> {
        let text = |reason: &Reason, tag| reason.text.get(tag).unwrap().to_owned();
        reasons(agreement).iter().map(|reason| (text(reason, "ar"), text(reason, "en"))).collect()
    }

    #[test]
    fn in_words_that_agree_with_their_numbers() {
        use Sector::{Education, Energy, Health};
        let places = ["SD15".to_owned(), "SD01003".to_owned()];
        let range = [sdg(100_000), sdg(900_000)];
        let all = Agreement {
            sectors: &[Education, Health],
            places: &places,
            gap: sdg(500_000),
            range,
            fits: Fits::Within,
        };
        let money = |amount: &str| format!("\u{2068}{amount} SDG\u{2069}");
        assert_eq!(
            said(&all),
            [
                (
                    "يهتم الداعم بمجالين من مجالات المشروع: التعليم، الرعاية الصحية".to_owned(),
                    "May support 2 fields of work of the project: Education, Health care".to_owned(),
                ),
                (
                    "يهتم الداعم بمكانين من أماكن المشروع: ولاية الجزيرة، بحري".to_owned(),
                    "May support 2 places of the project: Aj Jazirah State, Bahri".to_owned(),
                ),
                (
                    format!(
                        "الفجوة التمويلية {} ضمن ما يقدّمه الداعم (من {} إلى {})",
                        money("5000.00"),
                        money("1000.00"),
                        money("9000.00")
                    ),
                    "The funding gap of 5000.00 SDG is within what the donor gives (from 1000.00 SDG to 9000.00 SDG)"
                        .to_owned(),
                ),
            ]
        );
        let few =
            Agreement { sectors: &[Education, Health, Energy], places: &[], fits: Fits::Unknown, ..all };
        let few = said(&few);
        assert!(few.len() == 1 && few[0].0.starts_with("يهتم الداعم بـ3 مجالات من"), "{few:?}");
        let one = Agreement {
            sectors: &[Energy],
            places: &[],
            gap: sdg(5),
            range: [sdg(9), None],
            fits: Fits::Below,
        };
        let one = said(&one);
        assert!(
            one[0].0.starts_with("يهتم الداعم بمجال واحد من") && one[0].1.contains("1 field of work of"),
            "{one:?}"
        );
        assert!(one[1].0.ends_with("على الأقل)") && one[1].1.contains("less than"), "{one:?}");
    }
}
