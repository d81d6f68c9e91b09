//! Donors; links, pledges and disbursements as rows of the tables.

use awasir::db::schema::{donor_disbursements, donor_links, donor_pledges};
use awasir::types::{
    CalendarDate, DisbursementId, DonorId, DonorLinkId, Json, MemberId, PledgeId, ProjectId,
};
use diesel::prelude::*;

use super::*;

fn today() -> CalendarDate {
    "2026-01-05".parse().unwrap()
}

fn list() -> Json<Value> {
    Json::new(&json!([])).unwrap()
}

/// A donor that this organisation keeps to itself.
#[track_caller]
pub fn donor(owner: &Organisation) -> DonorId {
    let body = json!({"name": ar("حاج عثمان"), "kind": "individual", "visibility": "owner"});
    DonorId::parse(&owner.coordinator.post("/v1/donors", body).expect(201).id()).unwrap()
}

/// A donor's link to a project.
pub struct Link<'a> {
    server: &'a TestServer,
    id: DonorLinkId,
    member: MemberId,
}

impl<'a> Link<'a> {
    /// Of an organisation's own donor to its own project.
    pub fn to(server: &'a TestServer, owner: &Organisation, project: &str) -> Self {
        let (id, now): (DonorLinkId, _) = (server.app.ids.id(), server.app.clock.now());
        let donor = donor(owner);
        server.look(|db| {
            diesel::insert_into(donor_links::table)
                .values((
                    donor_links::id.eq(id),
                    donor_links::donor_id.eq(donor),
                    donor_links::introduced_by_organisation_id.eq(owner.id),
                    donor_links::beneficiary_organisation_id.eq(owner.id),
                    donor_links::project_id.eq(ProjectId::parse(id_of(project))),
                    donor_links::stage.eq("funded"),
                    donor_links::approvals.eq(list()),
                    donor_links::version.eq(1),
                    donor_links::created_at.eq(now),
                    donor_links::updated_at.eq(now),
                ))
                .execute(db)
                .unwrap();
        });
        Self { server, id, member: owner.members[&awasir::access::Role::Coordinator] }
    }

    /// So many minor units are promised.
    pub fn pledge(&self, minor: i64, currency: &str) -> PledgeId {
        let (id, now): (PledgeId, _) = (self.server.app.ids.id(), self.server.app.clock.now());
        self.server.look(|db| {
            diesel::insert_into(donor_pledges::table)
                .values((
                    donor_pledges::id.eq(id),
                    donor_pledges::donor_link_id.eq(self.id),
                    donor_pledges::amount_minor.eq(minor),
                    donor_pledges::currency.eq(currency),
                    donor_pledges::pledged_on.eq(today()),
                    donor_pledges::status.eq("open"),
                    donor_pledges::version.eq(1),
                    donor_pledges::created_at.eq(now),
                    donor_pledges::updated_at.eq(now),
                ))
                .execute(db)
                .unwrap();
        });
        id
    }

    pub fn cancel(&self, pledge: PledgeId) {
        self.server.look(|db| {
            diesel::update(donor_pledges::table.find(pledge))
                .set(donor_pledges::status.eq("cancelled"))
                .execute(db)
                .unwrap();
        });
    }

    /// So many minor units come, and count for so many against a pledge.
    pub fn pay(&self, minor: i64, currency: &str, against: Option<(PledgeId, i64)>) -> DisbursementId {
        self.entry((minor, currency), against, None)
    }

    /// What came is taken back.
    pub fn take_back(
        &self,
        paid: DisbursementId,
        (minor, currency): (i64, &str),
        against: Option<(PledgeId, i64)>,
    ) {
        let against = against.map(|(pledge, counted)| (pledge, -counted));
        self.entry((-minor, currency), against, Some(paid));
    }

    /// So many thousandths of something in kind are promised and come.
    pub fn in_kind(&self, thousandths: i64) {
        let pledge = self.pledge(0, "SDG");
        let quantity = Some(thousandths);
        self.server.look(|db| {
            diesel::update(donor_pledges::table.find(pledge))
                .set((
                    donor_pledges::amount_minor.eq(None::<i64>),
                    donor_pledges::currency.eq(None::<String>),
                    donor_pledges::quantity_thousandths.eq(quantity),
                    donor_pledges::unit.eq("كيس"),
                ))
                .execute(db)
                .unwrap();
        });
        let paid = self.pay(0, "SDG", Some((pledge, thousandths)));
        self.server.look(|db| {
            diesel::update(donor_disbursements::table.find(paid))
                .set((
                    donor_disbursements::amount_minor.eq(None::<i64>),
                    donor_disbursements::currency.eq(None::<String>),
                    donor_disbursements::quantity_thousandths.eq(quantity),
                    donor_disbursements::unit.eq("كيس"),
                ))
                .execute(db)
                .unwrap();
        });
    }

    fn entry(
        &self,
        (minor, currency): (i64, &str),
        against: Option<(PledgeId, i64)>,
        reverses: Option<DisbursementId>,
    ) -> DisbursementId {
        let (id, now): (DisbursementId, _) = (self.server.app.ids.id(), self.server.app.clock.now());
        self.server.look(|db| {
            diesel::insert_into(donor_disbursements::table)
                .values((
                    donor_disbursements::id.eq(id),
                    donor_disbursements::donor_link_id.eq(self.id),
                    donor_disbursements::pledge_id.eq(against.map(|(pledge, _)| pledge)),
                    donor_disbursements::amount_minor.eq(minor),
                    donor_disbursements::currency.eq(currency),
                    donor_disbursements::counted.eq(against.map(|(_, counted)| counted)),
                    donor_disbursements::received_on.eq(today()),
                    donor_disbursements::witness_member_ids.eq(list()),
                    donor_disbursements::surplus.eq(false),
                    donor_disbursements::recorded_by_member_id.eq(self.member),
                    donor_disbursements::reverses.eq(reverses),
                    donor_disbursements::version.eq(1),
                    donor_disbursements::created_at.eq(now),
                    donor_disbursements::updated_at.eq(now),
                ))
                .execute(db)
                .unwrap();
        });
        id
    }
}
