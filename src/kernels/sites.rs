//! A kernel's list of sites, numbered in order.

/// Sites as constants, and `SITES`, the list of them.
macro_rules! sites {
    ($($(#[$doc:meta])* $name:ident $text:literal)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum SiteIndex { $($name,)* }

        $($(#[$doc])*
        pub const $name: $crate::arith::Site =
            $crate::arith::Site::new(SiteIndex::$name as usize, $text);)*

        /// All of them, in order.
        pub const SITES: &[$crate::arith::Site] = &[$($name),*];
    };
}

pub(super) use sites;
