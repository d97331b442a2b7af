//! The run directory: layout, schema, atomic reads and writes, lock, status. Weights are opaque bytes here.
