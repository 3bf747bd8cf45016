//! Natural numbers of any length: what reading digits needs of them.

use std::cmp::Ordering;

/// Words of 64 bits, the lowest first; the last one is not zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Natural(Vec<u64>);

impl Natural {
    pub fn zero() -> Self {
        Self(Vec::new())
    }

    pub fn one() -> Self {
        Self(vec![1])
    }

    /// n = n factor + more.
    pub fn multiply_add(&mut self, factor: u64, more: u64) {
        let mut carry = more;
        for word in &mut self.0 {
            let sum = u128::from(*word) * u128::from(factor) + u128::from(carry);
            (*word, carry) = (sum as u64, (sum >> 64) as u64);
        }
        if carry != 0 {
            self.0.push(carry);
        }
    }

    /// Binary digits.
    fn bits(&self) -> usize {
        match self.0.last() {
            Some(word) => 64 * self.0.len() - word.leading_zeros() as usize,
            None => 0,
        }
    }

    fn shift_left(&mut self, by: usize) {
        let (words, bits) = (by / 64, by % 64);
        if bits > 0 {
            self.multiply_add(1 << bits, 0);
        }
        self.0.splice(0..0, std::iter::repeat_n(0, words));
    }

    fn subtract(&mut self, other: &Self) {
        let mut borrow = false;
        for (i, word) in self.0.iter_mut().enumerate() {
            let subtrahend = other.0.get(i).copied().unwrap_or(0);
            let (difference, first) = word.overflowing_sub(subtrahend);
            let (difference, second) = difference.overflowing_sub(u64::from(borrow));
            (*word, borrow) = (difference, first || second);
        }
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    fn is_less(&self, other: &Self) -> bool {
        let lengths = self.0.len().cmp(&other.0.len());
        lengths.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev())) == Ordering::Less
    }

    /// The quotient's exponent, its first 128 binary digits, and whether more follow: by long division,
    /// one digit a step. Neither number is zero.
    ///
    /// ```text
    ///     n / d = 1.ddd...ddd x 2^exponent
    ///             `-- 128 --'
    /// ```
    pub fn divided_by(mut self, mut divisor: Self) -> (i32, u128, bool) {
        let exponent = self.bits() as i32 - divisor.bits() as i32;
        let aligned = if exponent > 0 {
            &mut divisor
        } else {
            &mut self
        };
        aligned.shift_left(exponent.unsigned_abs() as usize);
        // As many digits: the quotient is in (1/2, 2).
        let below = self.is_less(&divisor);
        if below {
            self.shift_left(1);
        }
        let mut quotient = 0;
        for digit in (0..128).rev() {
            if !self.is_less(&divisor) {
                self.subtract(&divisor);
                quotient |= 1 << digit;
            }
            self.shift_left(1);
        }
        (exponent - i32::from(below), quotient, !self.0.is_empty())
    }
}
