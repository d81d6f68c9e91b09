//! The fields of work that organisations name.

use super::codes::codes;

codes! {
    /// A field of work. `data/sectors.csv` has its names and what it is called in the outside standards.
    pub enum Sector in "sector" {
        /// Education.
        Education = "education",
        /// Health care.
        Health = "health",
        /// Nutrition.
        Nutrition = "nutrition",
        /// Food security.
        FoodSecurity = "food_security",
        /// Agriculture.
        Agriculture = "agriculture",
        /// Livelihoods.
        Livelihoods = "livelihoods",
        /// Cash assistance.
        CashAssistance = "cash_assistance",
        /// Community kitchens (التكايا).
        CommunityKitchens = "community_kitchens",
        /// Water, sanitation and hygiene.
        WaterSanitation = "water_sanitation",
        /// Shelter and non-food items.
        Shelter = "shelter",
        /// Protection.
        Protection = "protection",
        /// Child protection.
        ChildProtection = "child_protection",
        /// Gender-based violence.
        Gbv = "gbv",
        /// Mine action.
        MineAction = "mine_action",
        /// Sponsorship and care of orphans.
        Orphans = "orphans",
        /// Family support.
        FamilySupport = "family_support",
        /// Humanitarian emergency response.
        EmergencyResponse = "emergency_response",
        /// Camp coordination and camp management.
        CampCoordination = "camp_coordination",
        /// Logistics.
        Logistics = "logistics",
        /// Coordination.
        Coordination = "coordination",
        /// Capacity building.
        CapacityBuilding = "capacity_building",
        /// Media.
        Media = "media",
        /// Energy.
        Energy = "energy",
        /// Environment.
        Environment = "environment",
        /// Infrastructure.
        Infrastructure = "infrastructure",
        /// Culture.
        Culture = "culture",
        /// Anything else.
        Other = "other",
    }
}
