//! What `GET /v1/reference/…` answers: documents made once, in Arabic and English side by side.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Serialize;

use super::tables::{HOME_COUNTRY, Label, localities_by_state, tables};
use crate::text::labels;
use crate::types::codes::codes;
use crate::visits::codes::Topic;

codes! {
    /// A reference list.
    pub enum List {
        /// Fields of work.
        Sectors = "sectors",
        /// Countries, states and localities.
        Places = "places",
        /// What discussions are about.
        Topics = "topics",
        /// Currencies.
        Currencies = "currencies",
        /// The words for every code.
        Labels = "labels",
    }
}

/// The sectors.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Sectors {
    data: Vec<SectorEntry>,
}

/// A sector, and what outside standards call it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SectorEntry {
    code: &'static str,
    name: Label,
    /// The Global Cluster's code; null where none fits.
    cluster: Option<&'static str>,
    /// The OECD DAC purpose code.
    dac: &'static str,
    /// Whether the DAC code means the same, and not only something near.
    exact: bool,
}

/// Countries, and the administrative units that have P-codes.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Places {
    countries: Vec<CodeEntry>,
    states: Vec<StateEntry>,
    /// Whose list the states and localities are.
    attribution: &'static str,
}

/// A code with its names.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CodeEntry {
    code: &'static str,
    name: Label,
}

/// A state with its localities.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct StateEntry {
    pcode: &'static str,
    name: Label,
    country: &'static str,
    localities: Vec<LocalityEntry>,
}

/// A locality.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct LocalityEntry {
    pcode: &'static str,
    name: Label,
}

/// The topics of discussions.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Topics {
    data: Vec<CodeEntry>,
}

/// The currencies of ISO 4217 that are in use.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Currencies {
    data: Vec<CurrencyEntry>,
}

/// A currency.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CurrencyEntry {
    code: &'static str,
    name: Label,
    /// Digits of its minor unit: an amount has no more.
    digits: u8,
}

/// The words for every code, by key: `visit.state.proposed`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Labels {
    data: BTreeMap<&'static str, Label>,
}

/// The roles and the rights.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Permissions {
    roles: Vec<RoleEntry>,
    permissions: Vec<PermissionEntry>,
}

/// A role and the rights that it has.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RoleEntry {
    code: &'static str,
    name: Label,
    permissions: Vec<&'static str>,
}

/// A right and the roles that have it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PermissionEntry {
    code: &'static str,
    meaning: Label,
    roles: Vec<&'static str>,
}

/// A list's document: JSON, made when first asked for, the same bytes ever after.
pub fn document(list: List) -> &'static [u8] {
    static DOCUMENTS: LazyLock<Documents> = LazyLock::new(Documents::make);
    match list {
        List::Sectors => &DOCUMENTS.sectors,
        List::Places => &DOCUMENTS.places,
        List::Topics => &DOCUMENTS.topics,
        List::Currencies => &DOCUMENTS.currencies,
        List::Labels => &DOCUMENTS.labels,
    }
}

struct Documents {
    sectors: Vec<u8>,
    places: Vec<u8>,
    topics: Vec<u8>,
    currencies: Vec<u8>,
    labels: Vec<u8>,
}

impl Documents {
    fn make() -> Self {
        Self {
            sectors: bytes(&sectors()),
            places: bytes(&places()),
            topics: bytes(&topics()),
            currencies: bytes(&currencies()),
            labels: bytes(&Labels { data: labels::all().map(|(key, label)| (key, *label)).collect() }),
        }
    }
}

/// Plain structs of texts always have a JSON form; a test looks at each.
fn bytes(document: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(document).unwrap_or_default()
}

fn sectors() -> Sectors {
    let entry = |row: &super::tables::SectorRow| SectorEntry {
        code: row.code,
        name: row.name,
        cluster: row.cluster,
        dac: row.dac,
        exact: row.exact,
    };
    Sectors { data: tables().sectors.iter().map(entry).collect() }
}

fn places() -> Places {
    let mut by_state = localities_by_state();
    let states = tables().states.values().map(|state| {
        let localities = by_state.remove(state.pcode).unwrap_or_default();
        StateEntry {
            pcode: state.pcode,
            name: state.name,
            country: HOME_COUNTRY,
            localities: localities
                .iter()
                .map(|unit| LocalityEntry { pcode: unit.pcode, name: unit.name })
                .collect(),
        }
    });
    Places {
        countries: tables().countries.iter().map(|(code, name)| CodeEntry { code, name: *name }).collect(),
        states: states.collect(),
        attribution: "OCHA, Common Operational Dataset for Sudan, CC BY-IGO",
    }
}

fn topics() -> Topics {
    let entry = |topic: &Topic| {
        let (ar, en) =
            labels::get(&format!("discussion.topic.{topic}")).unwrap_or((topic.as_str(), topic.as_str()));
        CodeEntry { code: topic.as_str(), name: Label { ar, en } }
    };
    Topics { data: Topic::ALL.iter().map(entry).collect() }
}

fn currencies() -> Currencies {
    let entry =
        |row: &super::tables::Currency| CurrencyEntry { code: row.code, name: row.name, digits: row.digits };
    Currencies { data: tables().currencies.values().map(entry).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::role::Role;
    use crate::access_tokens::codes::{AccessTokenState, Refusal};
    use crate::commitments::codes::{CommitmentAction, CommitmentKind, CommitmentStatus, Strength};
    use crate::donor_links::codes::{ApprovalState, LinkAction, LinkStage, PledgeStatus, RateBasis};
    use crate::donors::codes::{DonorKind, DonorVisibility, Fits, MatchReason};
    use crate::inbox::codes::{InboxAction, InboxType};
    use crate::organisations::codes::{ContactVisibility, LegalForm, OrganisationAction, OrganisationStatus};
    use crate::programmes::codes::{
        ActivityStatus, ContributionKind, ContributionStatus, Counting, Lacking, Measure, PartnerRole,
        PopulationGroup, ProgrammeAction, ProgrammeState, ProgrammeVisibility, RemovalReason, TermsKind,
    };
    use crate::projects::codes::{ProjectStatus, ProjectVisibility, ReceiptSource};
    use crate::reciprocity::model::Turn;
    use crate::trace::codes::{NodeType, Relation};
    use crate::types::codes::Labelled;
    use crate::types::{Channel, Sector, Weekday};
    use crate::visits::codes::{
        AgendaKind, DelegateKind, Presents, Purpose, ReasonCode, ReportApproval, Response, Side, VisitAction,
        VisitState, VisitVisibility,
    };

    /// Keys under a list's prefix that are no value of the list: what is derived, or held elsewhere.
    const BESIDE: &[&str] = &["commitment.status.overdue", "role.network_admin"];

    fn gather<T: Labelled>(known: &mut BTreeMap<&'static str, Vec<&'static str>>) {
        known.entry(T::PREFIX).or_default().extend(T::CODES);
    }

    /// Every list that has labels: a new one is added here.
    fn labelled() -> BTreeMap<&'static str, Vec<&'static str>> {
        let mut known = BTreeMap::new();
        gather::<OrganisationStatus>(&mut known);
        gather::<LegalForm>(&mut known);
        gather::<ContactVisibility>(&mut known);
        gather::<OrganisationAction>(&mut known);
        gather::<VisitState>(&mut known);
        gather::<VisitVisibility>(&mut known);
        gather::<VisitAction>(&mut known);
        gather::<Side>(&mut known);
        gather::<Response>(&mut known);
        gather::<ReportApproval>(&mut known);
        gather::<Purpose>(&mut known);
        gather::<ReasonCode>(&mut known);
        gather::<DelegateKind>(&mut known);
        gather::<AgendaKind>(&mut known);
        gather::<Presents>(&mut known);
        gather::<Topic>(&mut known);
        gather::<CommitmentKind>(&mut known);
        gather::<Strength>(&mut known);
        gather::<CommitmentStatus>(&mut known);
        gather::<CommitmentAction>(&mut known);
        gather::<ProgrammeState>(&mut known);
        gather::<ProgrammeAction>(&mut known);
        gather::<PartnerRole>(&mut known);
        gather::<ProgrammeVisibility>(&mut known);
        gather::<TermsKind>(&mut known);
        gather::<RemovalReason>(&mut known);
        gather::<Lacking>(&mut known);
        gather::<ActivityStatus>(&mut known);
        gather::<PopulationGroup>(&mut known);
        gather::<Counting>(&mut known);
        gather::<ContributionKind>(&mut known);
        gather::<ContributionStatus>(&mut known);
        gather::<Channel>(&mut known);
        gather::<Measure>(&mut known);
        gather::<DonorKind>(&mut known);
        gather::<DonorVisibility>(&mut known);
        gather::<Fits>(&mut known);
        gather::<MatchReason>(&mut known);
        gather::<ProjectStatus>(&mut known);
        gather::<ProjectVisibility>(&mut known);
        gather::<ReceiptSource>(&mut known);
        gather::<NodeType>(&mut known);
        gather::<Relation>(&mut known);
        gather::<LinkStage>(&mut known);
        gather::<LinkAction>(&mut known);
        gather::<ApprovalState>(&mut known);
        gather::<PledgeStatus>(&mut known);
        gather::<RateBasis>(&mut known);
        gather::<AccessTokenState>(&mut known);
        gather::<Refusal>(&mut known);
        gather::<InboxAction>(&mut known);
        gather::<InboxType>(&mut known);
        gather::<Role>(&mut known);
        gather::<Sector>(&mut known);
        gather::<Turn>(&mut known);
        gather::<Weekday>(&mut known);
        known
    }

    #[test]
    fn every_code_has_a_label_and_every_label_a_code() {
        let known = labelled();
        for (prefix, codes) in &known {
            for code in codes {
                let (ar, en) = labels::get(&format!("{prefix}.{code}")).unwrap_or_default();
                assert!(!ar.is_empty() && !en.is_empty(), "no label for {prefix}.{code}");
                assert!(ar.chars().any(|c| ('\u{0621}'..='\u{064A}').contains(&c)), "{prefix}.{code}: {ar}");
                assert!(en.is_ascii(), "{prefix}.{code}: {en}");
            }
        }
        for (key, _) in labels::all() {
            let (prefix, code) = key.rsplit_once('.').unwrap();
            let orphan = known.get(prefix).is_some_and(|codes| !codes.contains(&code));
            assert!(!orphan || BESIDE.contains(&key), "{key} labels nothing");
        }
    }

    #[test]
    fn the_documents_are_json_in_both_languages() {
        let read = |list| serde_json::from_slice::<serde_json::Value>(document(list)).unwrap();
        assert_eq!(read(List::Sectors)["data"][0]["code"], "education");
        assert_eq!(read(List::Sectors)["data"][14]["cluster"], serde_json::Value::Null);
        let places = read(List::Places);
        assert_eq!(places["states"].as_array().unwrap().len(), 19);
        assert_eq!(places["states"][0]["localities"].as_array().unwrap().len(), 7);
        assert_eq!(read(List::Topics)["data"].as_array().unwrap().len(), Topic::ALL.len());
        assert_eq!(read(List::Topics)["data"][1]["name"]["ar"], "جمع التبرعات");
        assert!(
            read(List::Currencies)["data"]
                .as_array()
                .unwrap()
                .iter()
                .any(|c| c["code"] == "SDG" && c["digits"] == 2)
        );
        assert_eq!(read(List::Labels)["data"]["visit.action.decline"]["ar"], "اعتذار");
        for &list in List::ALL {
            assert!(document(list).len() > 300, "{list}");
        }
    }
}
