//! How few digits does a softmax take, which operation needs them, and who is at fault where they
//! are not enough?
//!
//! ```text
//! cargo run --release --example tune_softmax
//! ```

use roundoff::experiments::cases::Cases;
use roundoff::experiments::catalogue;
use roundoff::experiments::sensitivity::sensitivity;
use roundoff::experiments::tune::{Search, custom, named};
use roundoff::experiments::verdict::Question;
use roundoff::{Format, Rounder};

const BITS: f64 = 6.0;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let softmax = catalogue::find("softmax")?;
    // Rows of 128 logits: some to search on, others to confirm with.
    let seen = Cases::generate(softmax, 128, 8.0, 0..8)?;
    let unseen = Cases::generate(softmax, 128, 8.0, 8..16)?;

    let bfloat16 = Rounder::new(Format::BFLOAT16);
    println!("Significant bits with one operation in bfloat16, and with all but that one:");
    let found = sensitivity(&seen, &bfloat16)?;
    for one in &found.sites {
        println!(
            "  {:<14} {:5.1} {:5.1}",
            one.site.name(),
            one.alone,
            one.spared
        );
    }
    println!("  {:<14} {:5.1}", "all of them", found.all);

    let search = Search::new(&seen, &unseen, BITS);
    let Some(precision) = search.precision()? else {
        println!("No precision keeps {BITS} bits.");
        return Ok(());
    };
    let sure = if precision.confirmed {
        "confirmed"
    } else {
        "unconfirmed"
    };
    println!("\n{BITS} bits take {} digits ({sure})", precision.value);
    if let Some(range) = search.range(precision.value)? {
        let sure = if range.confirmed {
            "confirmed"
        } else {
            "unconfirmed"
        };
        println!(
            "and exponents from {} to {} ({sure}):",
            range.emin, range.emax
        );
        println!("  {}", custom(precision.value, range)?);
        if let Some(least) = named(precision.value, Some(range)).first() {
            println!("  of the named formats, {}", least.name);
        }
    }
    if let Some(sites) = search.per_site(precision.value)? {
        let sure = if sites.confirmed {
            "confirmed"
        } else {
            "unconfirmed: other rows need more"
        };
        println!("\nDigits by operation ({sure}):");
        for (site, digits) in &sites.sites {
            println!(
                "  {:<14} {digits:>2} {}",
                site.name(),
                "#".repeat(*digits as usize)
            );
        }
    }

    let inputs = softmax.generate(128, 8.0, 0)?;
    let verdict = Question::new(&Rounder::new(Format::OCP_E4M3))
        .keeping(3.0)
        .of_kernel(softmax, Default::default(), &inputs)?;
    println!(
        "\nIn OCP E4M3 it keeps {:.1} bits of the 3 asked; at fault: {}.",
        verdict.kept, verdict.fault
    );
    Ok(())
}
