//! By which way money and goods change hands.

use super::codes::codes;

codes! {
    /// By which way money or goods came.
    pub enum Channel in "channel" {
        /// From hand to hand.
        CashByHand = "cash_by_hand",
        /// By a bank.
        Bank = "bank",
        /// By a mobile wallet.
        MobileWallet = "mobile_wallet",
        /// By a hawala.
        Hawala = "hawala",
        /// Another one.
        Other = "other",
    }
}
