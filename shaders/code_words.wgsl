// `CodeWords` of `src/gpu/codes/words.rs`: where a format's codes lie in the words of the host.
struct Codes {
    dropped: word,
    emin: word,
    bottom: word,
    offset: word,
    // Codes: of the least normal value where subnormals are coded apart, of the least value, of the
    // greatest finite one, of infinity and NaN.
    first_normal: word,
    least: word,
    greatest: word,
    infinity: word,
    nan: word,
    // The sign bit of a code, or 0, and the shift to it from the host's.
    sign: word,
    sign_shift: word,
    // The sign bit where a negative zero's code is NaN.
    nan_sign: word,
}
