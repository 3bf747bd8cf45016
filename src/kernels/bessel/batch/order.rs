//! A block sorted by region.

use super::BLOCK;
use crate::kernels::bessel::region::Region;

/// The places of a block sorted by key.
pub(super) struct Order {
    places: [u16; BLOCK],
    /// Where a key's places begin.
    begins: [usize; Region::ALL.len() + 1],
}

/// The key that most share, and the places of the others, if they are few: up to one in eight.
#[inline(always)]
pub(super) fn mostly(keys: &[u8], places: &mut [u16; BLOCK]) -> Option<(u8, usize)> {
    let key = *keys.get(keys.len() / 2)?;
    // No early end: so it vectorises.
    let others = keys.iter().map(|other| usize::from(*other != key)).sum();
    if others > 0 && others <= keys.len() / 8 {
        let mut next = 0;
        for (place, other) in keys.iter().enumerate() {
            places[next] = place as u16;
            next += usize::from(*other != key);
        }
    }
    (others <= keys.len() / 8).then_some((key, others))
}

/// Counters of a key: neighbours use different ones, so that none waits for the one before.
const COUNTERS: usize = 4;

impl Order {
    #[inline(always)]
    pub fn new(keys: &[u8]) -> Self {
        let mut next = [[0; COUNTERS]; Region::ALL.len()];
        let mut places = [0; BLOCK];
        for four in keys.chunks(COUNTERS) {
            for (counter, &key) in four.iter().enumerate() {
                next[key as usize][counter] += 1;
            }
        }
        let mut begins = [0; Region::ALL.len() + 1];
        let mut begin = 0;
        for (counters, at) in next.iter_mut().zip(&mut begins) {
            *at = begin;
            for counter in counters {
                begin += std::mem::replace(counter, begin);
            }
        }
        begins[Region::ALL.len()] = begin;
        for (number, four) in keys.chunks(COUNTERS).enumerate() {
            for (counter, &key) in four.iter().enumerate() {
                let place = &mut next[key as usize][counter];
                places[*place] = (COUNTERS * number + counter) as u16;
                *place += 1;
            }
        }
        Self { places, begins }
    }

    /// The places of a key and of all greater ones.
    #[inline(always)]
    pub fn from(&self, key: u8) -> &[u16] {
        &self.places[self.begins[key as usize]..self.begins[Region::ALL.len()]]
    }

    #[inline(always)]
    pub fn of(&self, key: u8) -> &[u16] {
        &self.places[self.begins[key as usize]..self.begins[key as usize + 1]]
    }
}
