//! Where a request comes from, also when it comes through proxies that are trusted.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use ipnet::IpNet;

/// The client's address: the peer's, or, while that is a trusted proxy's, the one that it names last in
/// `X-Forwarded-For`. `forwarded` are the header's lines in order. An entry that is no address ends the search at the
/// last good one: what stands before it was not written by anybody trusted.
pub fn client<'h>(peer: IpAddr, forwarded: impl IntoIterator<Item = &'h str>, trusted: &[IpNet]) -> IpAddr {
    let mut address = peer.to_canonical();
    let entries: Vec<&str> = forwarded.into_iter().flat_map(|line| line.split(',')).collect();
    for entry in entries.into_iter().rev() {
        if !is_trusted(address, trusted) {
            break;
        }
        match entry_address(entry.trim()) {
            Some(named) => address = named,
            None => break,
        }
    }
    address
}

/// What strangers are counted by: an IPv4 address, or an IPv6 network of 64 bits, which is what one customer has.
pub fn rate_key(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 => v4,
    }
}

fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|network| network.contains(&address))
}

/// An entry as proxies write it: `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:4711`.
fn entry_address(entry: &str) -> Option<IpAddr> {
    let bare = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(entry);
    let address =
        bare.parse::<IpAddr>().ok().or_else(|| entry.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(peer: &str, lines: &[&str], trusted: &[&str]) -> String {
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        client(peer.parse().unwrap(), lines.iter().copied(), &trusted).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let inner = &["10.0.0.0/8", "fd00::/8"];
        assert_eq!(from("203.0.113.9", &["1.1.1.1"], &[]), "203.0.113.9");
        assert_eq!(from("203.0.113.9", &["1.1.1.1"], inner), "203.0.113.9");
        assert_eq!(from("10.0.0.1", &["6.6.6.6, 1.1.1.1"], inner), "1.1.1.1");
        assert_eq!(from("10.0.0.1", &["6.6.6.6", "1.1.1.1, 10.0.0.2"], inner), "1.1.1.1");
        assert_eq!(from("10.0.0.1", &[], inner), "10.0.0.1");
        assert_eq!(from("10.0.0.1", &["10.0.0.3, 10.0.0.2"], inner), "10.0.0.3");
        assert_eq!(from("::ffff:10.0.0.1", &["::ffff:1.1.1.1"], inner), "1.1.1.1");
        assert_eq!(from("fd00::1", &["[2001:db8::7]:443"], inner), "2001:db8::7");
        assert_eq!(from("10.0.0.1", &["1.1.1.1:80"], inner), "1.1.1.1");
    }

    #[test]
    fn what_is_malformed_ends_at_the_last_good_one() {
        let inner = &["10.0.0.0/8"];
        assert_eq!(from("10.0.0.1", &["1.1.1.1, unknown"], inner), "10.0.0.1");
        assert_eq!(from("10.0.0.1", &["1.1.1.1, , 10.0.0.2"], inner), "10.0.0.2");
        assert_eq!(from("10.0.0.1", &[""], inner), "10.0.0.1");
    }

    #[test]
    fn strangers_are_counted_by_network() {
        let key = |text: &str| rate_key(text.parse().unwrap()).to_string();
        assert_eq!(key("192.0.2.7"), "192.0.2.7");
        assert_eq!(key("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(key("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    }
}
