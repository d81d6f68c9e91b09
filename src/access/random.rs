//! Randomness from the system's generator, by way of aws-lc: every secret of the house is made here.

use aws_lc_rs::rand;

use crate::Result;
use crate::http::problem::Problem;

/// `N` bytes that nobody can foresee. 500 when the system has none to give.
pub fn bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0_u8; N];
    rand::fill(&mut bytes).map_err(|_| Problem::internal("the system's random generator failed"))?;
    Ok(bytes)
}

/// `length` characters of `alphabet` (ASCII, at most 256 of them), each as likely as any other.
///
/// A byte that would favour the alphabet's beginning is thrown away rather than reduced.
pub fn text(alphabet: &[u8], length: usize) -> Result<String> {
    let size = alphabet.len().clamp(1, 256);
    let fair = 256 - 256 % size;
    let mut text = String::with_capacity(length);
    while text.len() < length {
        for byte in bytes::<64>()? {
            let Some(letter) = alphabet.get(usize::from(byte) % size) else {
                continue;
            };
            if usize::from(byte) < fair && text.len() < length {
                text.push(char::from(*letter));
            }
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_differ_and_texts_keep_to_their_alphabet() {
        assert_ne!(bytes::<32>().unwrap(), bytes::<32>().unwrap());
        let drawn = text(b"abc", 3_000).unwrap();
        assert_eq!(drawn.len(), 3_000);
        for letter in ['a', 'b', 'c'] {
            let share = drawn.chars().filter(|c| *c == letter).count();
            assert!((800..1200).contains(&share), "{letter}: {share}");
        }
    }
}
