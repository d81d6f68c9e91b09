//! A programme's summary: counted by the database, folded over activities and months, whatever the number of entries.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::{activities, contributions, programmes as store};
use crate::db::Db;
use crate::db::schema::programme_activities;
use crate::http::problem::Result;
use crate::items::Whole;
use crate::programmes::codes::{ActivityStatus, ProgrammeVisibility};
use crate::programmes::model::summary::{
    ActivityCounts, CommunityCounts, ContributionSums, DonorsAmounts, IndicatorSummary, MonthCounts,
    PartnerAmounts, Summary, ViewAmounts,
};
use crate::programmes::model::{Indicator, Level, Loaded, Looker};
use crate::programmes::rules::summing::{Counted, Given, Planned, add_up, by_currency, by_month};
use crate::text::Name;
use crate::types::beneficiaries::Sums;
use crate::types::{
    ActivityId, AnyId, Beneficiaries, CommunityId, Json, OrganisationId, ProgrammeId, Sector,
};

/// What the summary shows of an activity.
#[derive(Queryable, Selectable)]
#[diesel(table_name = programme_activities)]
struct Line {
    id: ActivityId,
    title: Json<Name>,
    sector: Sector,
    status: ActivityStatus,
    community_id: Option<CommunityId>,
    target: Option<Json<Beneficiaries>>,
}

impl Line {
    fn planned(&self) -> Result<Planned> {
        let target = self.target.as_ref().filter(|_| self.status != ActivityStatus::Cancelled);
        let target = target.map(Json::get).transpose()?;
        let target = target.as_ref().map(Sums::from).unwrap_or_default();
        Ok(Planned { activity: self.id, community: self.community_id, target })
    }
}

/// A programme's summary as the caller sees it.
///
/// # Errors
/// `not-found`, also when they may not see it; the engine's.
pub fn read(db: &mut Db, looker: &Looker, id: ProgrammeId) -> Result<Summary> {
    let programme = store::find(db, &looker.sight, id)?;
    let inside = looker.level(&programme) == Level::Partner;
    let lines: Vec<Line> = programme_activities::table
        .filter(programme_activities::programme_id.eq(id))
        .order((programme_activities::created_at.asc(), programme_activities::id.asc()))
        .select(Line::as_select())
        .load(db)?;
    let planned = lines.iter().map(Line::planned).collect::<Result<Vec<_>>>()?;
    let mut counted = add_up(&planned, &activities::added_up(db, id, None)?);
    if !inside {
        counted = counted.for_outsiders(&planned);
    }
    let amounts = inside || shows_amounts(&programme);
    let mut contributions = if amounts { Some(contribution_sums(db, id)?) } else { None };
    if let Some(sums) = contributions.as_mut().filter(|_| !inside) {
        // Who left or never signed is not told to have been a partner.
        let told = |one: OrganisationId| programme.partner(one).is_some_and(|own| own.joined_on.is_some());
        sums.by_partner.retain(|partner| told(partner.organisation_id));
        sums.from_donors.clear();
    }
    let indicators = Indicator::load(db, id)?.into_iter().map(|one| {
        let one = IndicatorSummary::of(one)?;
        Ok(if inside { one } else { one.for_outsiders() })
    });
    let indicators = indicators.collect::<Result<Vec<_>>>()?;
    let commitments = store::seen_commitments(db, looker, std::slice::from_ref(&programme))?;
    let row = programme.row;
    let Counted { overall, by_community, by_activity, by_month } = counted;
    let by_community = by_community.into_iter();
    let by_activity = lines.into_iter().zip(by_activity);
    let by_month = by_month.into_iter();
    Ok(Summary {
        programme_id: row.id,
        state: row.state,
        period: row.period(),
        budget: Some(row.budget).filter(|_| amounts),
        arises_from_commitment_id: row.arises_from_commitment_id.filter(|one| commitments.has(AnyId(one.0))),
        overall: overall.into(),
        by_community: by_community
            .map(|(community_id, counts)| CommunityCounts { community_id, counts: counts.into() })
            .collect(),
        by_activity: by_activity
            .map(|(line, (activity_id, counts))| ActivityCounts {
                activity_id,
                title: line.title,
                sector: line.sector,
                status: line.status,
                community_id: line.community_id.filter(|_| inside),
                counts: counts.into(),
            })
            .collect(),
        by_month: by_month
            .map(|(month, counts)| MonthCounts {
                month,
                reached: counts.reached,
                service_contacts: counts.service_contacts,
            })
            .collect(),
        contributions,
        indicators,
    })
}

/// Whether its terms show amounts to those who are not partners.
fn shows_amounts(programme: &Loaded) -> bool {
    let network = ProgrammeVisibility::Network;
    programme.row.visibility == network && programme.row.amounts_visibility == network
}

/// What was given: by partners, each told, and by donors, of whom none is.
fn contribution_sums(db: &mut Db, id: ProgrammeId) -> Result<ContributionSums> {
    let amounts = |given: &[Given]| -> Result<Vec<ViewAmounts>> {
        Ok(by_currency(given)?.into_iter().map(ViewAmounts::from).collect())
    };
    let given = contributions::added_up(db, id)?;
    let from_donors = contributions::from_donors(db, id)?;
    let mut of_partners: BTreeMap<OrganisationId, Vec<Given>> = BTreeMap::new();
    for (organisation, one) in given.iter().filter_map(|one| one.organisation.zip(Some(one))) {
        of_partners.entry(organisation).or_default().push(*one);
    }
    let by_partner = of_partners
        .into_iter()
        .map(|(organisation_id, own)| Ok(PartnerAmounts { organisation_id, amounts: amounts(&own)? }))
        .collect::<Result<_>>()?;
    let of_donors =
        from_donors.iter().map(|(_, money)| Given { organisation: None, money: *money, received: true });
    let all: Vec<Given> = given.iter().copied().chain(of_donors).collect();
    let from_donors = by_month(&from_donors)?
        .into_iter()
        .map(|(month, received)| DonorsAmounts { month, received })
        .collect();
    Ok(ContributionSums { by_currency: amounts(&all)?, by_partner, from_donors })
}
