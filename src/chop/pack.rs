//! Codes packed without gaps, the first in the lowest bits, as in OCP MX and ml_dtypes.
//!
//! ```text
//!   4-bit codes, two a byte:          6-bit codes, four in three bytes:
//!      byte 0                            byte 0     byte 1     byte 2
//!     [1111|0000]                       [11|000000][2222|1111][333333|22]
//! ```
//!
//! Codes of at most 8 bits go eight at a time: one a byte of a 64-bit word, then neighbours are
//! pushed together, first bytes, then pairs, then fours.
//!
//! ```text
//!     ..dddddd..cccccc..bbbbbb..aaaaaa        a code a byte
//!     ....ddddddcccccc....bbbbbbaaaaaa        a pair in two bytes
//!     ........ddddddccccccbbbbbbaaaaaa        four in four
//! ```

/// Bytes that `count` codes of `width` bits take when packed.
pub fn packed_len(count: usize, width: u32) -> usize {
    // In two parts, so that no product overflows.
    let (whole, rest) = (count / 8, count % 8);
    (whole * width as usize) + (rest * width as usize).div_ceil(8)
}

/// The low `bits` of every group of `group` bits.
const fn mask(bits: u32, group: u32) -> u64 {
    (u64::MAX >> (64 - bits)) * (u64::MAX / (u64::MAX >> (64 - group)))
}

/// Eight codes of `width` bits, one a byte, pushed together.
#[inline(always)]
fn pushed(word: u64, width: u32) -> u64 {
    let gap = 8 - width;
    let (one, two, four) = (mask(width, 16), mask(2 * width, 32), mask(4 * width, 64));
    let pairs = word & one | word >> gap & one << width;
    let fours = pairs & two | pairs >> (2 * gap) & two << (2 * width);
    // In two shifts: four codes may fill 32 bits.
    fours & four | fours >> (4 * gap) & (four << (2 * width) << (2 * width))
}

/// The reverse.
#[inline(always)]
fn spread(word: u64, width: u32) -> u64 {
    let gap = 8 - width;
    let (one, two, four) = (mask(width, 16), mask(2 * width, 32), mask(4 * width, 64));
    let fours = word & four | (word & (four << (2 * width) << (2 * width))) << (4 * gap);
    let pairs = fours & two | (fours & two << (2 * width)) << (2 * gap);
    pairs & one | (pairs & one << width) << gap
}

/// Codes of at most 8 bits, eight at a time.
#[inline(always)]
pub(crate) fn pack_small<const WIDTH: usize>(codes: &[u8], bytes: &mut [u8]) {
    let (eights, rest) = codes.as_chunks::<8>();
    let (whole, last) = bytes.split_at_mut(eights.len() * WIDTH);
    for (target, eight) in whole.as_chunks_mut::<WIDTH>().0.iter_mut().zip(eights) {
        let packed = pushed(u64::from_le_bytes(*eight), WIDTH as u32).to_le_bytes();
        target.copy_from_slice(&packed[..WIDTH]);
    }
    let mut eight = [0; 8];
    eight[..rest.len()].copy_from_slice(rest);
    let packed = pushed(u64::from_le_bytes(eight), WIDTH as u32).to_le_bytes();
    last.copy_from_slice(&packed[..last.len()]);
}

/// Codes of 4 bits, two at a time: of all widths the one that vectors push together by themselves.
#[inline(always)]
pub(crate) fn pack_nibbles(codes: &[u8], bytes: &mut [u8]) {
    let (pairs, last) = codes.as_chunks::<2>();
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        let word = u16::from_le_bytes(*pair);
        *byte = (word | word >> 4) as u8;
    }
    if let (Some(byte), [code]) = (bytes.get_mut(pairs.len()), last) {
        *byte = *code;
    }
}

/// Codes of at most 8 bits, any width.
#[inline(always)]
pub(crate) fn pack_bytes(codes: &[u8], width: u32, bytes: &mut [u8]) {
    match width {
        1 => pack_small::<1>(codes, bytes),
        2 => pack_small::<2>(codes, bytes),
        3 => pack_small::<3>(codes, bytes),
        4 => pack_nibbles(codes, bytes),
        5 => pack_small::<5>(codes, bytes),
        6 => pack_small::<6>(codes, bytes),
        7 => pack_small::<7>(codes, bytes),
        _ => pack_small::<8>(codes, bytes),
    }
}

/// The reverse.
#[inline(always)]
pub(crate) fn unpack_small<const WIDTH: usize>(bytes: &[u8], codes: &mut [u8]) {
    let (eights, rest) = codes.as_chunks_mut::<8>();
    let (whole, last) = bytes.split_at(eights.len() * WIDTH);
    let word = |source: &[u8]| {
        let mut word = [0; 8];
        word[..source.len()].copy_from_slice(source);
        u64::from_le_bytes(word)
    };
    for (eight, source) in eights.iter_mut().zip(whole.as_chunks::<WIDTH>().0) {
        *eight = spread(word(source), WIDTH as u32).to_le_bytes();
    }
    let codes = spread(word(last), WIDTH as u32).to_le_bytes();
    rest.copy_from_slice(&codes[..rest.len()]);
}

/// Codes of any width, bit after bit.
pub(crate) fn pack(codes: &[u32], width: u32, bytes: &mut [u8]) {
    let (mut held, mut bits) = (0u64, 0u32);
    let mut bytes = bytes.iter_mut();
    let mut put = |held: u64| {
        if let Some(byte) = bytes.next() {
            *byte = held as u8;
        }
    };
    for code in codes {
        held |= u64::from(*code) << bits;
        bits += width;
        while bits >= 8 {
            put(held);
            held >>= 8;
            bits -= 8;
        }
    }
    if bits > 0 {
        put(held);
    }
}

/// The reverse.
pub(crate) fn unpack(bytes: &[u8], width: u32, codes: &mut [u32]) {
    let (mut held, mut bits) = (0u64, 0u32);
    let mut bytes = bytes.iter();
    for code in codes {
        while bits < width {
            held |= u64::from(bytes.next().copied().unwrap_or(0)) << bits;
            bits += 8;
        }
        *code = (held & (u64::MAX >> (64 - width))) as u32;
        held >>= width;
        bits -= width;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eights<const WIDTH: usize>() {
        for count in 0..40 {
            let small: Vec<u8> = (0..count)
                .map(|i| (i * 37 + 11) as u8 & (0xff >> (8 - WIDTH)))
                .collect();
            let codes: Vec<u32> = small.iter().map(|code| u32::from(*code)).collect();
            let mut one_by_one = vec![0; packed_len(count, WIDTH as u32)];
            pack(&codes, WIDTH as u32, &mut one_by_one);
            let mut by_eights = vec![0xff; one_by_one.len()];
            pack_bytes(&small, WIDTH as u32, &mut by_eights);
            assert_eq!(by_eights, one_by_one, "{count} codes of {WIDTH} bits");
            let mut back = vec![0xff; count];
            unpack_small::<WIDTH>(&by_eights, &mut back);
            assert_eq!(back, small, "{count} codes of {WIDTH} bits");
            let mut back = vec![0; count];
            unpack(&by_eights, WIDTH as u32, &mut back);
            assert_eq!(back, codes, "{count} codes of {WIDTH} bits");
        }
    }

    #[test]
    fn eight_at_a_time_is_bit_after_bit() {
        eights::<2>();
        eights::<3>();
        eights::<4>();
        eights::<5>();
        eights::<6>();
        eights::<7>();
        eights::<8>();
    }
}
