//! Refuses what memory cannot hold: a file of some bytes can claim, or stand for, any number of values.

use std::fs;
use std::sync::OnceLock;

/// Bytes taken for free where the system does not say.
const UNKNOWN: u64 = 16 << 30;

/// Bytes that are never refused, whatever the system says: it may be wrong about what it can free.
const SMALL: u64 = 256 << 20;

/// Maximum number of missing values for each that is there, and the size up to which any table may be empty.
const MAX_EMPTY: u64 = 64;
const SMALL_TABLE: u64 = 1 << 24;

/// Bytes of a value while a table is read.
const VALUE: u64 = 8;

/// Bytes of freed memory that are worth giving back at once.
const LARGE: usize = 1 << 20;

/// How the program's allocator gives freed memory back to the system.
static GIVE_BACK: OnceLock<fn()> = OnceLock::new();

/// Sets how the program's allocator gives all freed memory back to the system. Only the first call counts. Without one, the
/// allocator does so when it likes, and reading a table may take half as much memory again.
pub fn set_give_back(give_back: fn()) {
    let _ = GIVE_BACK.set(give_back);
}

/// Gives freed memory back to the system after so many `bytes` were freed.
pub(crate) fn give_back(bytes: usize) {
    if let Some(give_back) = GIVE_BACK.get().filter(|_| bytes >= LARGE) {
        give_back();
    }
}

/// Refuses a table whose values do not fit into the free memory.
///
/// # Errors
/// Returns a sentence that begins with `has`.
pub fn check_table(rows: u64, columns: u64) -> Result<(), String> {
    check(rows.saturating_mul(columns).saturating_mul(VALUE))
        .map_err(|problem| format!("has {rows} rows of {columns} columns, {problem}"))
}

/// Refuses a table of more than some columns and rows of which nearly all `values` are missing, or which does not fit into the
/// free memory: a few distant cells of a sheet, or names of records, stand for any number of missing values.
///
/// # Errors
/// Returns a sentence that begins with `has`.
pub fn check_filled_table(rows: u64, columns: u64, values: u64) -> Result<(), String> {
    match rows.saturating_mul(columns) > values.saturating_mul(MAX_EMPTY).max(SMALL_TABLE) {
        true => Err(format!("has {rows} rows of {columns} columns, nearly all of them empty")),
        false => check_table(rows, columns),
    }
}

/// Refuses to allocate more `bytes` than are free.
///
/// # Errors
/// Returns the rest of a sentence: `which take 9.1 GB of memory; 2.0 GB are free`.
pub fn check(bytes: u64) -> Result<(), String> {
    let free = free();
    let gigabytes = |bytes: u64| bytes as f64 / 1e9;
    match bytes > free {
        true => Err(format!("which take {:.1} GB of memory; {:.1} GB are free", gigabytes(bytes), gigabytes(free))),
        false => Ok(()),
    }
}

/// Bytes that are free.
pub fn free() -> u64 {
    system_free().min(group_free()).max(SMALL)
}

/// What Linux says of the machine.
fn system_free() -> u64 {
    let info = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kilobytes =
        info.lines().find_map(|line| line.strip_prefix("MemAvailable:")?.split_whitespace().next()?.parse().ok());
    kilobytes.map_or(UNKNOWN, |kilobytes: u64| kilobytes << 10)
}

/// What Linux says of a container.
fn group_free() -> u64 {
    let bytes =
        |name: &str| -> Option<u64> { fs::read_to_string(format!("/sys/fs/cgroup/{name}")).ok()?.trim().parse().ok() };
    match (bytes("memory.max"), bytes("memory.current")) {
        (Some(maximum), Some(current)) => maximum.saturating_sub(current),
        _ => u64::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_memory_cannot_hold_is_refused_with_both_sizes() {
        check_table(1000, 1000).unwrap();
        let message = check_table(u64::MAX, 3).unwrap_err();
        assert!(
            message.starts_with("has 18446744073709551615 rows of 3 columns, which take 18446744073.7 GB of"),
            "{message}"
        );
        assert!(message.ends_with(" GB are free"), "{message}");
    }
}
