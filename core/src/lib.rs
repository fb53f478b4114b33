//! placeholder

pub mod catalogue;
pub mod http;
