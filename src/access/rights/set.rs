//! A set of rights in one word.

use std::fmt;

use super::Right;

/// A set of rights.
#[derive(Clone, Copy, Default, Eq, Hash, PartialEq)]
pub struct Rights(u64);

impl Rights {
    /// No right at all.
    pub const NONE: Rights = Rights(0);
    /// What a network administrator may do: no right to act for an organisation is among it.
    pub const NETWORK_ADMIN: Rights =
        Rights::of(&[Right::NetworkOrganisations, Right::NetworkTokens, Right::NetworkAudit]);

    /// The set of these.
    pub const fn of(rights: &[Right]) -> Rights {
        let mut set = Rights::NONE;
        let mut index = 0;
        while index < rights.len() {
            set = set.with(rights[index]);
            index += 1;
        }
        set
    }

    /// The set with one more.
    #[must_use]
    pub const fn with(self, right: Right) -> Rights {
        Rights(self.0 | right.bit())
    }

    /// Whether `right` is in it.
    pub const fn contains(self, right: Right) -> bool {
        self.0 & right.bit() != 0
    }

    /// Whether all of `other` is in it.
    pub const fn contains_all(self, other: Rights) -> bool {
        self.0 & other.0 == other.0
    }

    /// What is in either.
    #[must_use]
    pub const fn union(self, other: Rights) -> Rights {
        Rights(self.0 | other.0)
    }

    /// What is in both.
    #[must_use]
    pub const fn intersection(self, other: Rights) -> Rights {
        Rights(self.0 & other.0)
    }

    /// The same without this one.
    #[must_use]
    pub const fn without(self, right: Right) -> Rights {
        Rights(self.0 & !right.bit())
    }

    /// Those of it that only read.
    #[must_use]
    pub fn reads(self) -> Rights {
        self.iter().filter(|right| right.is_read()).collect()
    }

    /// Whether nothing is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many are in it.
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Those in it, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = Right> {
        Right::ALL.iter().copied().filter(move |right| self.contains(*right))
    }

    /// Their codes, in the order of the table.
    pub fn codes(self) -> Vec<&'static str> {
        self.iter().map(Right::as_str).collect()
    }
}

impl FromIterator<Right> for Rights {
    fn from_iter<I: IntoIterator<Item = Right>>(rights: I) -> Self {
        rights.into_iter().fold(Rights::NONE, Rights::with)
    }
}

impl fmt::Debug for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.codes()).finish()
    }
}

/// A set is written as the array of its codes.
impl serde::Serialize for Rights {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.codes())
    }
}

/// Codes that aren't known are passed over: they were given by a newer version, and give nothing here.
impl<'de> serde::Deserialize<'de> for Rights {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let codes = Vec::<String>::deserialize(deserializer)?;
        Ok(codes.iter().filter_map(|code| code.parse::<Right>().ok()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets() {
        let set = Rights::of(&[Right::VisitsRead, Right::VisitsWrite]);
        assert_eq!(set.len(), 2);
        assert_eq!(set.codes(), ["visits:read", "visits:write"]);
        assert_eq!(set.reads(), Rights::of(&[Right::VisitsRead]));
        assert!(set.contains_all(set.reads()) && !set.reads().contains_all(set));
        assert!(Right::NetworkAudit.is_network() && !Right::AuditRead.is_network());
        let written = serde_json::to_string(&set).unwrap();
        assert_eq!(written, r#"["visits:read","visits:write"]"#);
        assert_eq!(serde_json::from_str::<Rights>(&written).unwrap(), set);
        assert_eq!(serde_json::from_str::<Rights>(r#"["visits:read","moon:walk"]"#).unwrap(), set.reads());
        assert!(Right::ALL.len() <= 64);
    }
}
