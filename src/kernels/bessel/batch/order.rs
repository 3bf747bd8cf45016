//! A block sorted by region.

use super::BLOCK;
use crate::kernels::bessel::region::Region;

/// The places of a block sorted by key.
pub(super) struct Order {
    pub places: [u16; BLOCK],
    /// Where a key's places begin.
    begins: [usize; Region::ALL.len() + 1],
}

impl Order {
    #[inline(always)]
    pub fn new(keys: &[u8]) -> Self {
        let mut begins = [0; Region::ALL.len() + 1];
        let mut places = [0; BLOCK];
        for &key in keys {
            begins[key as usize + 1] += 1;
        }
        for key in 0..Region::ALL.len() {
            begins[key + 1] += begins[key];
        }
        let mut next = begins;
        for (place, &key) in keys.iter().enumerate() {
            places[next[key as usize]] = place as u16;
            next[key as usize] += 1;
        }
        Self { places, begins }
    }

    /// The places of a key and of all greater ones.
    #[inline(always)]
    pub fn from(&self, key: u8) -> &[u16] {
        &self.places[self.begins[key as usize]..self.begins[Region::ALL.len()]]
    }

    /// The key, where all places share it.
    #[inline(always)]
    pub fn only(&self) -> Option<u8> {
        let end = self.begins[Region::ALL.len()];
        let key = (0..Region::ALL.len()).find(|&key| self.begins[key + 1] > 0)?;
        (self.begins[key + 1] == end).then_some(key as u8)
    }

    #[inline(always)]
    pub fn of(&self, key: u8) -> &[u16] {
        &self.places[self.begins[key as usize]..self.begins[key as usize + 1]]
    }
}
