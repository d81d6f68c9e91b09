//! The closed lists of words about what waits.

use crate::types::codes::codes;

codes! {
    /// What is to be done. A visit's are those of its actions that answer it.
    pub enum InboxAction in "inbox.action" {
        /// To answer a visit that is proposed, or was recorded as held meanwhile; or a donor who is offered.
        Accept = "accept",
        /// To record that a visit was held.
        Hold = "hold",
        /// To submit a visit's report.
        SubmitReport = "submit-report",
        /// To approve a visit's report, also late: when the visit was concluded without that.
        ApproveReport = "approve-report",
        /// To conclude a visit whose report the others have not answered.
        Conclude = "conclude",
        /// To keep a commitment.
        Fulfil = "fulfil",
        /// To sign a programme's terms, an amendment of them or a partner's removal.
        Sign = "sign",
        /// To take the lead of a programme that was offered.
        AcceptLead = "accept-lead",
        /// To confirm that a contribution to a programme arrived.
        Confirm = "confirm",
        /// To introduce a donor who was accepted.
        Introduce = "introduce",
        /// To take the next step with a donor.
        TakeNextStep = "take-next-step",
        /// To acknowledge what came from a donor.
        Acknowledge = "acknowledge",
        /// To renew a registration.
        Renew = "renew",
        /// To do what is owed to an authority.
        Done = "done",
        /// To answer for an access token whose owner has left.
        Adopt = "adopt",
        /// To have an access token work for longer, with another secret.
        Rotate = "rotate",
    }
}

codes! {
    /// What kind of thing waits.
    pub enum InboxType in "inbox.type" {
        /// A visit.
        Visit = "visit",
        /// A commitment.
        Commitment = "commitment",
        /// A shared programme.
        Programme = "programme",
        /// A contribution to a programme.
        Contribution = "contribution",
        /// A donor link.
        DonorLink = "donor_link",
        /// What came through one.
        Disbursement = "disbursement",
        /// A registration dossier.
        Registration = "registration",
        /// An obligation that follows from a registration.
        Obligation = "obligation",
        /// An access token.
        AccessToken = "access_token",
    }
}
