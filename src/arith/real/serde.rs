//! As an f64 in any format of `serde`; what is read is rounded.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Real, Stateless};

impl<A: Stateless> Serialize for Real<A> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.value())
    }
}

impl<'de, A: Stateless> Deserialize<'de> for Real<A> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        f64::deserialize(deserializer).map(Self::new)
    }
}
