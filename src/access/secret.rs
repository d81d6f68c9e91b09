//! Values that must not be printed: they have no `Display`, their `Debug` says what they are and no more,
//! and they can't be serialised by accident. Whoever needs the inside writes `expose`, which can be searched for.

use std::fmt;

/// Secret bytes (keys, seeds), overwritten when dropped.
#[derive(Clone, Default)]
pub struct SecretBytes(Vec<u8>);

impl SecretBytes {
    /// Takes the bytes in.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// The bytes themselves.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for SecretBytes {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretBytes({} bytes)", self.0.len())
    }
}

/// A secret text (a password, a token), overwritten when dropped.
#[derive(Clone, Default)]
pub struct SecretText(String);

impl SecretText {
    /// Takes the text in.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Drop for SecretText {
    fn drop(&mut self) {
        wipe(&mut std::mem::take(&mut self.0).into_bytes());
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText")
    }
}

fn wipe(bytes: &mut Vec<u8>) {
    bytes.fill(0);
    // Keeps the compiler from dropping the writes as dead; the best that can be had without `unsafe`.
    std::hint::black_box(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_secret_is_printed() {
        assert_eq!(format!("{:?}", SecretBytes::new(*b"key")), "SecretBytes(3 bytes)");
        assert_eq!(format!("{:?}", SecretText::new("hunter2")), "SecretText");
    }
}
