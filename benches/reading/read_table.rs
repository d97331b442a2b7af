//! Reads and encodes the table `FILE` as training does: `read_table FILE`. Prints its rows, its features and the seconds.

use std::process::ExitCode;
use std::time::Instant;

use burn_mlp_core::config::RunConfig;
use burn_mlp_core::data::load;
use burn_mlp_infer::memory;

/// As in burn-mlp.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[expect(unsafe_code, reason = "a function of the allocator above")]
unsafe extern "C" {
    safe fn mi_collect(force: bool);
}

fn main() -> ExitCode {
    let Some(file) = std::env::args().nth(1) else {
        eprintln!("name a table");
        return ExitCode::from(2);
    };
    memory::set_give_back(|| mi_collect(true));
    let mut config = RunConfig::default();
    config.data.source = file;
    let start = Instant::now();
    match load(&config, &mut |_| {}) {
        Ok(data) => {
            let rows = data.train.len() + data.test.as_ref().map_or(0, |test| test.len());
            let seconds = start.elapsed().as_secs_f64();
            println!("{rows} rows of {} features in {seconds:.3} s, hash {}", data.train.dimension(), data.hash());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
