//! The memory of a process.

use std::error::Error;

/// The most memory that this process held so far, in KiB.
///
/// # Errors
/// Where there is no `/proc`.
pub fn peak_of_this() -> Result<String, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    Ok(peak.trim().trim_end_matches(" kB").to_owned())
}
