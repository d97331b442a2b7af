//! Predictions judged: plain numbers in, plain numbers out.
