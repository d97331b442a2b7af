//! Memory of this process.

/// Returns the peak main memory of this process in bytes. Linux only.
pub(crate) fn peak_memory_bytes() -> Option<u64> {
    peak_of(&std::fs::read_to_string("/proc/self/status").ok()?)
}

/// Parses the line `VmHWM:     47712 kB`.
fn peak_of(status: &str) -> Option<u64> {
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = peak.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_parsed_in_bytes() {
        assert_eq!(peak_of("Name:\tx\nVmPeak:\t 9 kB\nVmHWM:\t   47712 kB\nVmRSS:\t 1 kB\n"), Some(47_712 * 1024));
        assert_eq!(peak_of("Name:\tx\n"), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn allocated_memory_counts() {
        let held = vec![1_u8; 64 << 20];
        assert!(std::hint::black_box(&held).len() == 64 << 20 && peak_memory_bytes().unwrap() >= 64 << 20);
    }
}
