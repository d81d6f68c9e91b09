//! A network, IPv4 or IPv6, as CIDR writes it (RFC 4632, RFC 4291).

use std::net::IpAddr;
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Type};

use crate::http::decode::{At, Components, Decode, Described, Lines, Value, clean};

/// A network: `192.0.2.0/24`, `2001:db8::/32`. An address alone is the network of that one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Network(pub IpNet);

impl Network {
    /// Whether all of `other` is in it.
    pub fn contains(self, other: Network) -> bool {
        self.0.contains(&other.0)
    }

    /// Whether an address is in one of these networks; in none of none: that is anywhere.
    pub fn any_holds(networks: &[Network], address: IpAddr) -> bool {
        let address = address.to_canonical();
        networks.is_empty() || networks.iter().any(|network| network.0.contains(&address))
    }

    /// As much of an address as may be shown: its network of 256 addresses (IPv4), or its site (IPv6, /48).
    pub fn around(address: IpAddr) -> Option<Self> {
        let network = match address.to_canonical() {
            IpAddr::V4(address) => IpNet::V4(Ipv4Net::new(address, 24).ok()?),
            IpAddr::V6(address) => IpNet::V6(Ipv6Net::new(address, 48).ok()?),
        };
        Some(Self(network.trunc()))
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(out)
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let network = match (text.parse::<IpNet>(), text.parse::<IpAddr>()) {
            (Ok(network), _) => network,
            (_, Ok(address)) => IpNet::from(address),
            _ => return Err("must be a network as 192.0.2.0/24 or 2001:db8::/32".to_owned()),
        };
        if let IpNet::V6(six) = network
            && six.addr().to_ipv4_mapped().is_some()
        {
            return Err("an IPv4 network is written as one, 192.0.2.0/24".to_owned());
        }
        // Whoever writes 192.0.2.7/24 may mean the one address or the network: better asked than guessed.
        if network.addr() != network.network() {
            return Err(format!("names an address inside of a network; the network is {}", network.trunc()));
        }
        Ok(Self(network))
    }
}

impl Decode for Network {
    fn decode(value: &Value, at: &mut At<'_>) -> Option<Self> {
        let Value::String(text) = value else {
            at.wrong_type("a string", value);
            return None;
        };
        let text = clean(text, Lines::One, at)?;
        text.parse().map_err(|why: String| at.report("invalid-network", why)).ok()
    }

    fn in_place() -> Described {
        <Self as utoipa::PartialSchema>::schema()
    }

    fn components(_out: &mut Components) {}
}

impl utoipa::PartialSchema for Network {
    fn schema() -> Described {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("A network in CIDR, IPv4 or IPv6; an address alone is a network of one."))
            .examples(["192.0.2.0/24"])
            .into()
    }
}

impl utoipa::ToSchema for Network {
    fn name() -> std::borrow::Cow<'static, str> {
        std::borrow::Cow::Borrowed("Network")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_read_in_both_families() {
        for (text, written) in [
            ("192.0.2.0/24", "192.0.2.0/24"),
            ("192.0.2.7", "192.0.2.7/32"),
            ("2001:DB8::/32", "2001:db8::/32"),
            ("::1", "::1/128"),
            ("0.0.0.0/0", "0.0.0.0/0"),
        ] {
            assert_eq!(text.parse::<Network>().unwrap().to_string(), written, "{text}");
        }
        for bad in
            ["", "192.0.2.7/24", "192.0.2.0/33", "192.0.2", "::ffff:192.0.2.0/120", "example.org", "10/8"]
        {
            assert!(bad.parse::<Network>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_is_shown_by_its_surroundings() {
        let around = |text: &str| Network::around(text.parse().unwrap()).unwrap().to_string();
        assert_eq!(around("192.0.2.77"), "192.0.2.0/24");
        assert_eq!(around("::ffff:192.0.2.77"), "192.0.2.0/24");
        assert_eq!(around("2001:db8:1:2::3"), "2001:db8:1::/48");
    }

    #[test]
    fn a_network_contains_its_parts() {
        let network = |text: &str| text.parse::<Network>().unwrap();
        assert!(network("10.0.0.0/8").contains(network("10.1.0.0/16")));
        assert!(!network("10.1.0.0/16").contains(network("10.0.0.0/8")));
        assert!(!network("::/0").contains(network("10.0.0.0/8")));
    }
}
