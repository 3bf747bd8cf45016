//! Counter-based random words: a word is a function of (seed, stream, index) alone.
//!
//! So the same tensor is rounded to the same bits by any number of threads, from any offset, on
//! CPU and GPU. Two parts: a key for each (seed, stream, index / 2^32), made once an array; and a
//! keyed hash of the low 32 bits of the index, few enough instructions to make for every value in
//! vectors. `docs/random.md` has the statistical tests that it passed.

use std::convert::Infallible;

use rand::rand_core::TryRng;

/// The key of 2^32 consecutive words: what stays the same along an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    first: u32,
    second: u32,
}

impl Key {
    /// The key of the words that start at `index`, whose low 32 bits do not matter.
    pub const fn new(seed: u64, stream: u64, index: u64) -> Self {
        let mixed = mix64(Self::base(seed, stream).wrapping_add(index >> 32));
        Self {
            first: (mixed >> 32) as u32,
            second: mixed as u32,
        }
    }

    /// Its two words, as a shader takes them.
    #[cfg(feature = "gpu")]
    pub(crate) const fn words(self) -> [u32; 2] {
        [self.first, self.second]
    }

    /// What seed and stream mix to: every key of the stream is made of it.
    pub(crate) const fn base(seed: u64, stream: u64) -> u64 {
        mix64(mix64(seed) ^ stream)
    }

    /// The key of a second word for the same indices.
    pub(crate) const fn other(self) -> Self {
        let mixed = mix64((self.first as u64) << 32 | self.second as u64);
        Self {
            first: (mixed >> 32) as u32,
            second: mixed as u32,
        }
    }

    /// The 32 random bits at the low half of an index.
    #[inline(always)]
    pub const fn word(self, index: u32) -> u32 {
        self.at(index).word()
    }

    /// What the word at an index is made of: for loops, which go on from there.
    #[inline(always)]
    pub(crate) const fn at(self, index: u32) -> Weyl {
        Weyl {
            z: self.first,
            y: self.second,
        }
        .then(Weyl::steps(index))
    }
}

/// Where the two Weyl sequences of a key stand: the state that a word is made of.
///
/// ```text
///  i C + first = z ──(^ z >> 16, × A)──(^ >> 15, ^ y, × B)──(^ >> 15)── word
///                                             │
///  i D + second = y ─────────────────────────┘
/// ```
///
/// The rounds are those of `lowbias32`, xor-shift and multiply (Wellons, *Prospecting for hash
/// functions*, 2018). As the second sequence enters between them, words are a random function of
/// the index: of one number of 32 bits the rounds would make a permutation, in which no word comes
/// twice and bytes are more even than chance has them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weyl {
    z: u32,
    y: u32,
}

impl Weyl {
    /// What so many indices add.
    #[inline(always)]
    pub const fn steps(indices: u32) -> Self {
        Self {
            z: indices.wrapping_mul(0x9e37_79b9),
            y: indices.wrapping_mul(0x85eb_ca6b),
        }
    }

    /// So many steps on: two additions.
    #[inline(always)]
    pub const fn then(self, steps: Self) -> Self {
        Self {
            z: self.z.wrapping_add(steps.z),
            y: self.y.wrapping_add(steps.y),
        }
    }

    /// The 32 random bits here.
    #[inline(always)]
    pub const fn word(self) -> u32 {
        let mut x = (self.z ^ self.z >> 16).wrapping_mul(0x21f0_aaad);
        x = (x ^ x >> 15 ^ self.y).wrapping_mul(0xd35a_2d97);
        x ^ x >> 15
    }
}

impl Key {
    /// 64 random bits at the low half of an index: the first 32 are [`Key::word`]'s.
    #[inline(always)]
    pub(crate) const fn word64(self, index: u32) -> u64 {
        (self.word(index) as u64) << 32 | self.other().word(index) as u64
    }
}

/// The states of one key at several indices side by side: each half in an array of its own, which
/// vectors load.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Abreast<const N: usize> {
    z: [u32; N],
    y: [u32; N],
}

impl<const N: usize> Abreast<N> {
    #[inline(always)]
    pub fn new(key: Key, indices: [u32; N]) -> Self {
        Self {
            z: indices.map(|index| key.at(index).z),
            y: indices.map(|index| key.at(index).y),
        }
    }

    /// The word so many steps after a lane's index.
    #[inline(always)]
    pub fn word(&self, lane: usize, steps: Weyl) -> u32 {
        Weyl {
            z: self.z[lane],
            y: self.y[lane],
        }
        .then(steps)
        .word()
    }
}

/// Stafford's variant 13 of the 64-bit finalizer of MurmurHash3, as in SplitMix64
/// (Steele, Lea, Flood, *Fast splittable pseudorandom number generators*, 2014).
const fn mix64(x: u64) -> u64 {
    let mut z = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

/// The 32 random bits at (seed, stream, index).
///
/// ```
/// use roundoff::random::word;
/// assert_eq!(word(1, 2, 3), word(1, 2, 3));
/// assert_ne!(word(1, 2, 3), word(1, 2, 4));
/// ```
pub const fn word(seed: u64, stream: u64, index: u64) -> u32 {
    Key::new(seed, stream, index).word(index as u32)
}

/// A stream for a name, so that each tensor of a file has one of its own that depends neither on
/// the file nor on the tensors beside it.
///
/// FNV-1a of 64 bits (Fowler, Noll, Vo) over the name's UTF-8.
///
/// ```
/// use roundoff::random::stream_of;
/// assert_eq!(stream_of("a"), 0xaf63_dc4c_8601_ec8c);
/// ```
pub const fn stream_of(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(0x100_0000_01b3);
        i += 1;
    }
    hash
}

/// 64 random bits at (seed, stream, index): [`word`]'s, then 32 of another key.
///
/// What an operation of [`Exact`](crate::arith::Exact) takes in a stochastic mode.
pub const fn word64(seed: u64, stream: u64, index: u64) -> u64 {
    Key::new(seed, stream, index).word64(index as u32)
}

/// The words of one stream in order, for whoever takes a generator of the `rand` crate.
///
/// ```
/// use rand::Rng;
/// use roundoff::random::{word, Words};
/// let mut words = Words::new(7, 0);
/// assert_eq!(words.next_u32(), word(7, 0, 0));
/// assert_eq!(words.next_u32(), word(7, 0, 1));
/// ```
#[derive(Clone, Debug)]
pub struct Words {
    seed: u64,
    stream: u64,
    index: u64,
}

impl Words {
    /// From index 0.
    pub const fn new(seed: u64, stream: u64) -> Self {
        Self {
            seed,
            stream,
            index: 0,
        }
    }
}

impl TryRng for Words {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let next = word(self.seed, self.stream, self.index);
        self.index = self.index.wrapping_add(1);
        Ok(next)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let low = u64::from(self.try_next_u32()?);
        Ok(low | u64::from(self.try_next_u32()?) << 32)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(4) {
            let word = self.try_next_u32()?.to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}
