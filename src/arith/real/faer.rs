//! `RealField` and `ComplexField` of faer 0.24: its decompositions run on `Real` as they are.
//!
//! faer works on vectors of the machine; a vector of ours has one lane, a number as the arithmetic
//! has it. Its QR with column pivoting takes columns for dependent by a tolerance made of
//! [`Stateless::epsilon`]: say a smaller one where that calls every column dependent.

// Two methods of the trait are unsafe: they read and write through a pointer.
#![allow(unsafe_code)]

use bytemuck::Pod;
use faer_traits::pulp::{Scalar, Simd};
use faer_traits::{ComplexField, RealField, SimdCapabilities};
use num_traits::{Float, One, Zero};

use super::{Real, Stateless};

/// One lane, on which the arithmetic's own operations act.
fn lane<A: Stateless>(x: Real<A>) -> A::Num {
    x.0
}

impl<A: Stateless<Num: Pod>> ComplexField for Real<A> {
    type Arch = Scalar;
    type Unit = Self;
    type Index = usize;
    type Real = Self;
    type SimdCtx<S: Simd> = S;
    type SimdMask<S: Simd> = bool;
    type SimdMemMask<S: Simd> = bool;
    type SimdVec<S: Simd> = A::Num;
    type SimdIndex<S: Simd> = usize;

    const IS_REAL: bool = true;
    const SIMD_CAPABILITIES: SimdCapabilities = SimdCapabilities::Copy;

    fn zero_impl() -> Self {
        Self::zero()
    }

    fn one_impl() -> Self {
        Self::one()
    }

    fn nan_impl() -> Self {
        Self::nan()
    }

    fn infinity_impl() -> Self {
        Self::infinity()
    }

    fn from_real_impl(real: &Self) -> Self {
        *real
    }

    fn from_f64_impl(real: f64) -> Self {
        Self::new(real)
    }

    fn real_part_impl(value: &Self) -> Self {
        *value
    }

    fn imag_part_impl(_: &Self) -> Self {
        Self::zero()
    }

    fn copy_impl(value: &Self) -> Self {
        *value
    }

    fn conj_impl(value: &Self) -> Self {
        *value
    }

    fn recip_impl(value: &Self) -> Self {
        value.recip()
    }

    fn sqrt_impl(value: &Self) -> Self {
        value.sqrt()
    }

    fn abs_impl(value: &Self) -> Self {
        Float::abs(*value)
    }

    fn abs1_impl(value: &Self) -> Self {
        Float::abs(*value)
    }

    fn abs2_impl(value: &Self) -> Self {
        *value * *value
    }

    fn mul_real_impl(left: &Self, right: &Self) -> Self {
        *left * *right
    }

    fn mul_pow2_impl(left: &Self, right: &Self) -> Self {
        *left * *right
    }

    fn is_finite_impl(value: &Self) -> bool {
        Float::is_finite(*value)
    }

    #[inline(always)]
    fn simd_ctx<S: Simd>(simd: S) -> S {
        simd
    }

    #[inline(always)]
    fn ctx_from_simd<S: Simd>(context: &S) -> S {
        *context
    }

    #[inline(always)]
    fn simd_mask_between<S: Simd>(_: &S, start: usize, end: usize) -> bool {
        start == 0 && end > 0
    }

    #[inline(always)]
    fn simd_mem_mask_between<S: Simd>(_: &S, start: usize, end: usize) -> bool {
        start == 0 && end > 0
    }

    /// # Safety
    /// As the trait says: `pointer` is valid for reads where the mask is set.
    #[inline(always)]
    unsafe fn simd_mask_load_raw<S: Simd>(_: &S, mask: bool, pointer: *const A::Num) -> A::Num {
        match mask {
            // SAFETY: the caller's word.
            true => unsafe { *pointer },
            false => lane(Self::zero()),
        }
    }

    /// # Safety
    /// As the trait says: `pointer` is valid for writes where the mask is set.
    #[inline(always)]
    unsafe fn simd_mask_store_raw<S: Simd>(_: &S, mask: bool, pointer: *mut A::Num, value: A::Num) {
        if mask {
            // SAFETY: the caller's word.
            unsafe { *pointer = value }
        }
    }

    /// # Safety
    /// As [`ComplexField::simd_mask_load_raw`]: one lane is in order as it is.
    #[inline(always)]
    unsafe fn simd_mask_load<S: Simd>(context: &S, mask: bool, pointer: *const A::Num) -> A::Num {
        // SAFETY: the caller's word.
        unsafe { Self::simd_mask_load_raw(context, mask, pointer) }
    }

    /// # Safety
    /// As [`ComplexField::simd_mask_store_raw`].
    #[inline(always)]
    unsafe fn simd_mask_store<S: Simd>(
        context: &S,
        mask: bool,
        pointer: *mut A::Num,
        value: A::Num,
    ) {
        // SAFETY: the caller's word.
        unsafe { Self::simd_mask_store_raw(context, mask, pointer, value) }
    }

    #[inline(always)]
    fn simd_load<S: Simd>(_: &S, from: &A::Num) -> A::Num {
        *from
    }

    #[inline(always)]
    fn simd_store<S: Simd>(_: &S, to: &mut A::Num, value: A::Num) {
        *to = value;
    }

    #[inline(always)]
    fn simd_iota<S: Simd>(_: &S) -> usize {
        0
    }

    #[inline(always)]
    fn simd_splat<S: Simd>(_: &S, value: &Self) -> A::Num {
        lane(*value)
    }

    #[inline(always)]
    fn simd_splat_real<S: Simd>(_: &S, value: &Self) -> A::Num {
        lane(*value)
    }

    #[inline(always)]
    fn simd_add<S: Simd>(_: &S, x: A::Num, y: A::Num) -> A::Num {
        A::default().add(x, y)
    }

    #[inline(always)]
    fn simd_sub<S: Simd>(_: &S, x: A::Num, y: A::Num) -> A::Num {
        A::default().sub(x, y)
    }

    #[inline(always)]
    fn simd_neg<S: Simd>(_: &S, x: A::Num) -> A::Num {
        A::default().neg(x)
    }

    #[inline(always)]
    fn simd_conj<S: Simd>(_: &S, x: A::Num) -> A::Num {
        x
    }

    #[inline(always)]
    fn simd_abs1<S: Simd>(_: &S, x: A::Num) -> A::Num {
        A::default().abs(x)
    }

    #[inline(always)]
    fn simd_abs_max<S: Simd>(_: &S, x: A::Num) -> A::Num {
        A::default().abs(x)
    }

    #[inline(always)]
    fn simd_mul_real<S: Simd>(_: &S, x: A::Num, y: A::Num) -> A::Num {
        A::default().mul(x, y)
    }

    #[inline(always)]
    fn simd_mul_pow2<S: Simd>(_: &S, x: A::Num, y: A::Num) -> A::Num {
        A::default().mul(x, y)
    }

    #[inline(always)]
    fn simd_mul<S: Simd>(_: &S, x: A::Num, y: A::Num) -> A::Num {
        A::default().mul(x, y)
    }

    #[inline(always)]
    fn simd_conj_mul<S: Simd>(_: &S, x: A::Num, y: A::Num) -> A::Num {
        A::default().mul(x, y)
    }

    #[inline(always)]
    fn simd_mul_add<S: Simd>(_: &S, x: A::Num, y: A::Num, z: A::Num) -> A::Num {
        lane(Float::mul_add(Self(x), Self(y), Self(z)))
    }

    #[inline(always)]
    fn simd_conj_mul_add<S: Simd>(_: &S, x: A::Num, y: A::Num, z: A::Num) -> A::Num {
        lane(Float::mul_add(Self(x), Self(y), Self(z)))
    }

    #[inline(always)]
    fn simd_abs2<S: Simd>(_: &S, x: A::Num) -> A::Num {
        A::default().mul(x, x)
    }

    #[inline(always)]
    fn simd_abs2_add<S: Simd>(_: &S, x: A::Num, z: A::Num) -> A::Num {
        lane(Float::mul_add(Self(x), Self(x), Self(z)))
    }

    #[inline(always)]
    fn simd_reduce_sum<S: Simd>(_: &S, x: A::Num) -> Self {
        Self(x)
    }

    #[inline(always)]
    fn simd_reduce_max<S: Simd>(_: &S, x: A::Num) -> Self {
        Self(x)
    }

    #[inline(always)]
    fn simd_equal<S: Simd>(_: &S, x: A::Num, y: A::Num) -> bool {
        A::default().equal(x, y)
    }

    #[inline(always)]
    fn simd_less_than<S: Simd>(_: &S, x: A::Num, y: A::Num) -> bool {
        A::default().less(x, y)
    }

    #[inline(always)]
    fn simd_less_than_or_equal<S: Simd>(_: &S, x: A::Num, y: A::Num) -> bool {
        A::default().less_equal(x, y)
    }

    #[inline(always)]
    fn simd_greater_than<S: Simd>(_: &S, x: A::Num, y: A::Num) -> bool {
        A::default().less(y, x)
    }

    #[inline(always)]
    fn simd_greater_than_or_equal<S: Simd>(_: &S, x: A::Num, y: A::Num) -> bool {
        A::default().less_equal(y, x)
    }

    #[inline(always)]
    fn simd_select<S: Simd>(_: &S, mask: bool, x: A::Num, y: A::Num) -> A::Num {
        if mask { x } else { y }
    }

    #[inline(always)]
    fn simd_index_select<S: Simd>(_: &S, mask: bool, i: usize, j: usize) -> usize {
        if mask { i } else { j }
    }

    #[inline(always)]
    fn simd_index_splat<S: Simd>(_: &S, i: usize) -> usize {
        i
    }

    #[inline(always)]
    fn simd_index_add<S: Simd>(_: &S, i: usize, j: usize) -> usize {
        i.wrapping_add(j)
    }

    #[inline(always)]
    fn simd_index_less_than<S: Simd>(_: &S, i: usize, j: usize) -> bool {
        i < j
    }

    #[inline(always)]
    fn simd_and_mask<S: Simd>(_: &S, x: bool, y: bool) -> bool {
        x & y
    }

    #[inline(always)]
    fn simd_or_mask<S: Simd>(_: &S, x: bool, y: bool) -> bool {
        x | y
    }

    #[inline(always)]
    fn simd_not_mask<S: Simd>(_: &S, x: bool) -> bool {
        !x
    }

    #[inline(always)]
    fn simd_first_true_mask<S: Simd>(_: &S, x: bool) -> usize {
        usize::from(!x)
    }
}

impl<A: Stateless<Num: Pod>> RealField for Real<A> {
    fn epsilon_impl() -> Self {
        Float::epsilon()
    }

    fn nbits_impl() -> usize {
        8 * size_of::<Self>()
    }

    fn min_positive_impl() -> Self {
        Float::min_positive_value()
    }

    fn max_positive_impl() -> Self {
        Float::max_value()
    }

    fn sqrt_min_positive_impl() -> Self {
        <Self as Float>::min_positive_value().sqrt()
    }

    fn sqrt_max_positive_impl() -> Self {
        <Self as Float>::max_value().sqrt()
    }
}
