//! A block format as data.

use std::num::NonZeroU32;

use super::{BlockError, ScaleRule};
use crate::format::Format;

/// How many values share a scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Length {
    /// So many along the axis; fewer in the last block of a line whose length is no multiple.
    Of(NonZeroU32),
    /// All values of the tensor.
    Tensor,
}

/// What becomes of a block with a NaN or an infinity in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Specials {
    /// All its values are NaN, and the scale's code is NaN where the scale has one (OCP MX v1.0
    /// leaves conversion of them open; 5.1 makes every value of a block whose scale is NaN a NaN).
    Block,
    /// The scale is that of the greatest finite magnitude; NaN and infinities become what the
    /// elements' format and the saturation make of them (P3109, 5).
    Element,
}

/// Elements in one format that share a scale in another: value = element x scale (x the tensor's
/// scale).
///
/// ```
/// use roundoff::block::{BlockFormat, BlockRounder};
/// // 32 values: 4 bits each, and 8 for a power of two that they share.
/// let mut values = [0.1f32; 32];
/// values[0] = 7.0;
/// BlockRounder::new(BlockFormat::MXFP4).round_slice(&mut values)?;
/// assert_eq!(values[..2], [6.0, 0.0]);
/// # Ok::<(), roundoff::block::BlockError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BlockFormat {
    pub(super) element: Format,
    /// Are the elements' codes integers in two's complement?
    pub(super) twos_complement: bool,
    pub(super) scale: Format,
    pub(super) length: Length,
    pub(super) axis: i32,
    pub(super) rule: ScaleRule,
    pub(super) tensor_scale: bool,
    pub(super) specials: Specials,
}

const fn of(length: u32) -> Length {
    match NonZeroU32::new(length) {
        Some(length) => Length::Of(length),
        None => Length::Tensor,
    }
}

impl BlockFormat {
    /// OCP MXFP8 with E4M3 elements.
    pub const MXFP8_E4M3: Self = Self::mx(Format::OCP_E4M3);
    /// OCP MXFP8 with E5M2 elements.
    pub const MXFP8_E5M2: Self = Self::mx(Format::OCP_E5M2);
    /// OCP MXFP6 with E3M2 elements.
    pub const MXFP6_E3M2: Self = Self::mx(Format::OCP_E3M2);
    /// OCP MXFP6 with E2M3 elements.
    pub const MXFP6_E2M3: Self = Self::mx(Format::OCP_E2M3);
    /// OCP MXFP4: E2M1 elements.
    pub const MXFP4: Self = Self::mx(Format::OCP_E2M1);
    /// OCP MXINT8: integers k / 64 from -127 to 127 in two's complement. -128 is read, not written.
    pub const MXINT8: Self = Self {
        twos_complement: true,
        ..Self::mx(Format::sign_magnitude(7))
    };
    /// NVIDIA NVFP4: E2M1 elements, 16 with an E4M3 scale, and a binary32 scale for the tensor.
    pub const NVFP4: Self = Self {
        scale: Format::OCP_E4M3,
        length: of(16),
        rule: ScaleRule::Nearest,
        tensor_scale: true,
        ..Self::mx(Format::OCP_E2M1)
    };
    /// Microsoft's MSFP16: sign and 7 digits, 16 with an exponent of 8 bits (Darvish Rouhani et al.,
    /// *Pushing the limits of narrow precision inferencing at cloud scale*, NeurIPS 2020).
    pub const MSFP16: Self = Self::msfp(7);
    /// Microsoft's MSFP12: sign and 3 digits, 16 with an exponent of 8 bits.
    pub const MSFP12: Self = Self::msfp(3);

    const fn mx(element: Format) -> Self {
        Self {
            element,
            twos_complement: false,
            scale: Format::OCP_E8M0,
            length: of(32),
            axis: -1,
            rule: ScaleRule::Floor,
            tensor_scale: false,
            specials: Specials::Block,
        }
    }

    const fn msfp(digits: u8) -> Self {
        Self {
            scale: Format::powers_of_two(8),
            length: of(16),
            ..Self::mx(Format::sign_magnitude(digits))
        }
    }

    /// Any elements with any scale, `length` of them along the last axis, by
    /// [`ScaleRule::RoundUp`].
    ///
    /// # Errors
    /// [`BlockError`] if the length is 0, the elements have no zero, or an f64 does not hold every
    /// element times every scale: at most 53 digits, exponents from -1074 to 1023.
    ///
    /// ```
    /// use roundoff::Format;
    /// use roundoff::block::BlockFormat;
    /// let format = BlockFormat::new(Format::OCP_E2M3, Format::OCP_E5M2, 8)?;
    /// assert_eq!(format.to_string(), "block:ocp-e2m3/ocp-e5m2/8");
    /// # Ok::<(), roundoff::block::BlockError>(())
    /// ```
    pub fn new(element: Format, scale: Format, length: u32) -> Result<Self, BlockError> {
        let length = NonZeroU32::new(length).ok_or(BlockError::Length)?;
        Self {
            scale,
            length: Length::Of(length),
            rule: ScaleRule::RoundUp,
            ..Self::mx(element)
        }
        .checked()
    }

    /// Block floating point: a sign and `digits` digits each, and a power of two for `length` of them
    /// whose exponent has `exponent_bits` bits and a bias of 2^(bits - 1) - 1 (Wilkinson, *Rounding
    /// errors in algebraic processes*, 1963, 1.26).
    ///
    /// # Errors
    /// [`BlockError`] unless 1 <= digits <= 52, 1 <= exponent_bits <= 10 and length >= 1.
    ///
    /// ```
    /// use roundoff::block::BlockFormat;
    /// assert_eq!(BlockFormat::block_floating_point(7, 8, 16)?, BlockFormat::MSFP16);
    /// assert!(BlockFormat::block_floating_point(7, 8, 0).is_err());
    /// # Ok::<(), roundoff::block::BlockError>(())
    /// ```
    pub fn block_floating_point(
        digits: u32,
        exponent_bits: u32,
        length: u32,
    ) -> Result<Self, BlockError> {
        let length = NonZeroU32::new(length).ok_or(BlockError::Length)?;
        if !(1..=52).contains(&digits) {
            return Err(BlockError::Mantissa { digits });
        }
        if !(1..=10).contains(&exponent_bits) {
            return Err(BlockError::ExponentBits { exponent_bits });
        }
        Self {
            scale: Format::powers_of_two(exponent_bits as u8),
            length: Length::Of(length),
            ..Self::mx(Format::sign_magnitude(digits as u8))
        }
        .checked()
    }

    /// Dynamic fixed point: integers of `bits` bits that share one exponent of 8 bits a tensor (Das
    /// et al., *Mixed precision training of convolutional neural networks using integer operations*,
    /// arXiv 1802.00930, 3.1: there the shared exponent is that of the last digit).
    ///
    /// # Errors
    /// [`BlockError::Mantissa`] unless 2 <= bits <= 32.
    ///
    /// ```
    /// use roundoff::block::{BlockFormat, BlockRounder};
    /// let mut values = [1.0f32, 1e-5];
    /// BlockRounder::new(BlockFormat::dynamic_fixed_point(16)?).round_slice(&mut values)?;
    /// assert_eq!(values, [1.0, 0.0]);
    /// # Ok::<(), roundoff::block::BlockError>(())
    /// ```
    pub fn dynamic_fixed_point(bits: u32) -> Result<Self, BlockError> {
        if !(2..=32).contains(&bits) {
            return Err(BlockError::Mantissa {
                digits: bits.saturating_sub(1),
            });
        }
        Self {
            scale: Format::powers_of_two(8),
            length: Length::Tensor,
            ..Self::mx(Format::sign_magnitude(bits as u8 - 1))
        }
        .checked()
    }

    /// With another rule for the scale.
    #[must_use]
    pub const fn with_rule(self, rule: ScaleRule) -> Self {
        Self { rule, ..self }
    }

    /// With another length of block.
    #[must_use]
    pub const fn with_length(self, length: Length) -> Self {
        Self { length, ..self }
    }

    /// Along another axis of the tensor: 0 is the first, -1 the last.
    #[must_use]
    pub const fn with_axis(self, axis: i32) -> Self {
        Self { axis, ..self }
    }

    /// With another way for NaN and infinities.
    #[must_use]
    pub const fn with_specials(self, specials: Specials) -> Self {
        Self { specials, ..self }
    }

    /// With a binary32 scale for the tensor, the one at which the greatest block's scale is the
    /// greatest there is; or without.
    ///
    /// # Errors
    /// [`BlockError::Digits`] or [`BlockError::Range`] if an f64 does not hold the values then.
    pub fn with_tensor_scale(self, tensor_scale: bool) -> Result<Self, BlockError> {
        Self {
            tensor_scale,
            ..self
        }
        .checked()
    }

    /// The elements' format.
    pub const fn element(&self) -> &Format {
        &self.element
    }

    /// Are the elements' codes integers in two's complement, as in MXINT8?
    pub const fn is_twos_complement(&self) -> bool {
        self.twos_complement
    }

    /// The scale's format.
    pub const fn scale(&self) -> &Format {
        &self.scale
    }

    /// How many values share a scale.
    pub const fn length(&self) -> Length {
        self.length
    }

    /// The axis that blocks lie along.
    pub const fn axis(&self) -> i32 {
        self.axis
    }

    /// The rule for the scale.
    pub const fn rule(&self) -> ScaleRule {
        self.rule
    }

    /// Has the tensor a scale of its own?
    pub const fn has_tensor_scale(&self) -> bool {
        self.tensor_scale
    }

    /// What becomes of a block with a NaN or an infinity.
    pub const fn specials(&self) -> Specials {
        self.specials
    }

    /// The elements' values in (M / 2, M] from above, 64 of them at most: those that
    /// [`ScaleRule::LargestExact`] brings the greatest magnitude to.
    pub(crate) fn largest_elements(&self) -> impl Iterator<Item = f64> {
        let (element, greatest) = (self.element, self.element.greatest());
        let down = std::iter::successors(Some(greatest), move |q| element.next_down(*q));
        down.take_while(move |q| *q > greatest / 2.0).take(64)
    }

    /// Is the scale always a power of two?
    pub const fn scales_by_powers_of_two(&self) -> bool {
        self.scale.precision() == 1 && !self.tensor_scale
    }

    /// Bits a value takes, its part of the scale included; none where a format has no encoding.
    ///
    /// ```
    /// use roundoff::block::BlockFormat;
    /// assert_eq!(BlockFormat::MXFP4.bits_per_value(), Some(4.25));
    /// assert_eq!(BlockFormat::NVFP4.bits_per_value(), Some(4.5));
    /// ```
    pub fn bits_per_value(&self) -> Option<f64> {
        let (element, scale) = (self.element.width()?, self.scale.width()?);
        let shared = match self.length {
            Length::Of(length) => f64::from(scale) / f64::from(length.get()),
            Length::Tensor => 0.0,
        };
        Some(f64::from(element) + shared)
    }

    /// The shape of a tensor's scales: the tensor's with the axis cut into blocks; `[1]` for one scale.
    ///
    /// # Errors
    /// [`BlockError::Axis`] if the tensor has no such axis.
    ///
    /// ```
    /// use roundoff::block::BlockFormat;
    /// assert_eq!(BlockFormat::MXFP4.scales_shape(&[10, 70])?, [10, 3]);
    /// # Ok::<(), roundoff::block::BlockError>(())
    /// ```
    pub fn scales_shape(&self, shape: &[usize]) -> Result<Vec<usize>, BlockError> {
        let (Length::Of(length), false) = (self.length, shape.is_empty()) else {
            return Ok(vec![1]);
        };
        let axis = self.axis_of(shape.len())?;
        let mut shape = shape.to_vec();
        if let Some(lines) = shape.get_mut(axis) {
            *lines = lines.div_ceil(length.get() as usize);
        }
        Ok(shape)
    }

    /// The axis, counted from the first, of a tensor of `rank` axes.
    pub(super) fn axis_of(&self, rank: usize) -> Result<usize, BlockError> {
        let axis = match self.axis {
            axis @ 0.. => axis as usize,
            axis => rank.wrapping_sub(axis.unsigned_abs() as usize),
        };
        match axis < rank {
            true => Ok(axis),
            false => Err(BlockError::Axis {
                axis: self.axis,
                rank,
            }),
        }
    }

    /// An f64 has to hold every value: then values are exact, and so are dot products of them.
    fn checked(self) -> Result<Self, BlockError> {
        let (element, scale) = (&self.element, &self.scale);
        if !element.has_zero() {
            return Err(BlockError::NoZero {
                element: element.to_string(),
            });
        }
        let (tensor_digits, tensor_least, tensor_greatest) = match self.tensor_scale {
            true => (24, -149, 127),
            false => (0, 0, 0),
        };
        let digits = element.precision() + scale.precision() + tensor_digits;
        // A power of two adds no digit.
        let digits = digits - u32::from(scale.precision() == 1);
        if digits > 53 {
            return Err(BlockError::Digits {
                element: element.to_string(),
                scale: scale.to_string(),
                digits,
            });
        }
        let least = element.step_exponent(element.emin())
            + scale.step_exponent(scale.emin())
            + tensor_least;
        // One more binade: a product of significands below 2, and a scale rounded up.
        let greatest = element.emax() + scale.emax() + tensor_greatest + 2;
        if least < -1022 || greatest > 1023 {
            return Err(BlockError::Range {
                element: element.to_string(),
                scale: scale.to_string(),
                least,
                greatest,
            });
        }
        Ok(self)
    }
}
