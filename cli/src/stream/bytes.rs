//! Values and codes as the bytes of a file.

use half::{bf16, f16};
use roundoff::chop::Host;
use roundoff::{CodeError, Rounder};

use super::Form;
use crate::files::Order;

/// A float that files hold.
pub(super) trait Number: Host {
    /// Bytes of one.
    const SIZE: usize;
    const ZERO: Self;
    /// As many values as `values` has room for.
    fn load(bytes: &[u8], order: Order, values: &mut [Self]);
    /// The other way.
    fn store(values: &[Self], order: Order, bytes: &mut [u8]);
}

macro_rules! number {
    ($($float:ident $zero:expr, $size:literal;)*) => { $(
        impl Number for $float {
            const SIZE: usize = $size;
            const ZERO: Self = $zero;

            fn load(bytes: &[u8], order: Order, values: &mut [Self]) {
                let (numbers, _) = bytes.as_chunks::<$size>();
                let pairs = values.iter_mut().zip(numbers);
                match order {
                    Order::Little => pairs.for_each(|(x, b)| *x = $float::from_le_bytes(*b)),
                    Order::Big => pairs.for_each(|(x, b)| *x = $float::from_be_bytes(*b)),
                }
            }

            fn store(values: &[Self], order: Order, bytes: &mut [u8]) {
                let (numbers, _) = bytes.as_chunks_mut::<$size>();
                let pairs = values.iter().zip(numbers);
                match order {
                    Order::Little => pairs.for_each(|(x, b)| *b = x.to_le_bytes()),
                    Order::Big => pairs.for_each(|(x, b)| *b = x.to_be_bytes()),
                }
            }
        }
    )* };
}
number! {
    f16 f16::ZERO, 2;
    bf16 bf16::ZERO, 2;
    f32 0.0, 4;
    f64 0.0, 8;
}

/// All values, as f64s.
pub(super) fn all<T: Number>(bytes: &[u8], order: Order) -> Vec<f64> {
    let mut values = vec![T::ZERO; bytes.len() / T::SIZE];
    T::load(bytes, order, &mut values);
    values.into_iter().map(T::to_f64).collect()
}

/// The bytes of f64s, rounded to the nearest of the type.
pub(super) fn of<T: Number>(values: &[f64], order: Order) -> Vec<u8> {
    let values: Vec<T> = values.iter().copied().map(T::from_f64).collect();
    let mut bytes = vec![0; values.len() * T::SIZE];
    T::store(&values, order, &mut bytes);
    bytes
}

/// Codes of values of the format.
pub(super) fn codes<T: Number>(
    rounder: &Rounder,
    form: Form,
    order: Order,
    values: &[T],
    bytes: &mut [u8],
) -> Result<(), CodeError> {
    match form {
        Form::Packed(_) => rounder.encode_packed_into(values, bytes),
        Form::Code(1) => rounder.encode(values, bytes),
        Form::Code(2) => {
            let mut codes = vec![0u16; values.len()];
            rounder.encode(values, &mut codes)?;
            for (code, bytes) in codes.iter().zip(bytes.as_chunks_mut().0) {
                *bytes = match order {
                    Order::Little => code.to_le_bytes(),
                    Order::Big => code.to_be_bytes(),
                };
            }
            Ok(())
        }
        _ => {
            let mut codes = vec![0u32; values.len()];
            rounder.encode(values, &mut codes)?;
            for (code, bytes) in codes.iter().zip(bytes.as_chunks_mut().0) {
                *bytes = match order {
                    Order::Little => code.to_le_bytes(),
                    Order::Big => code.to_be_bytes(),
                };
            }
            Ok(())
        }
    }
}
