//! Constants of 128 digits. Made by `tools/function_tables.py`.

use crate::arith::Wide;

/// log 2.
pub const LN_2: Wide = Wide::positive(-1, 0xb17217f7d1cf79abc9e3b39803f2f6af);

/// 1 / log 2.
pub const LOG2_E: Wide = Wide::positive(0, 0xb8aa3b295c17f0bbbe87fed0691d3e89);

/// Its first 22 digits.
pub const LOG2_E_HIGH: Wide = Wide::positive(0, 0xb8aa3800000000000000000000000000);

/// The rest.
pub const LOG2_E_LOW: Wide = Wide::positive(-22, 0xca5705fc2eefa1ffb41a474fa23ad5df);

/// The first 22 digits of log2 10.
pub const LOG2_10_HIGH: Wide = Wide::positive(1, 0xd49a7800000000000000000000000000);

/// The rest.
pub const LOG2_10_LOW: Wide = Wide::positive(-24, 0x979a3715fc9257edfe9b5fb699b2d8ac);

/// 1 / log 10.
pub const LOG10_E: Wide = Wide::positive(-2, 0xde5bd8a937287195355baaafad33dc32);

/// log 10.
pub const LN_10: Wide = Wide::positive(1, 0x935d8dddaaa8ac16ea56d62b82d30a29);

/// Pi.
pub const PI: Wide = Wide::positive(1, 0xc90fdaa22168c234c4c6628b80dc1cd1);

/// Pi / 2.
pub const HALF_PI: Wide = Wide::positive(0, 0xc90fdaa22168c234c4c6628b80dc1cd1);

/// 1 / pi.
pub const INVERSE_PI: Wide = Wide::positive(-2, 0xa2f9836e4e441529fc2757d1f534ddc1);

/// 2 / sqrt(pi).
pub const TWO_BY_SQRT_PI: Wide = Wide::positive(0, 0x906eba8214db688d71d48a7f6bfec344);

/// 1 / sqrt(pi).
pub const INVERSE_SQRT_PI: Wide = Wide::positive(-1, 0x906eba8214db688d71d48a7f6bfec344);

/// log(2 pi) / 2.
pub const HALF_LOG_TWO_PI: Wide = Wide::positive(-1, 0xeb3f8e4325f5a53494bc900144192024);

/// log 2 as a fraction.
pub const LN_2_FRACTION: u128 = 0xb17217f7d1cf79abc9e3b39803f2f6af;
