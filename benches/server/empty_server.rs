//! An axum server that accepts what `burn-mlp serve` accepts and does nothing with it, as the limit
//! of that server's speed: `cargo run --release --example empty_server -- 8081`

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(8081);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("serving http://{}/", listener.local_addr()?);
    let empty = |body: Bytes| async move { if body.is_empty() { "no body" } else { "ok" } };
    axum::serve(listener, Router::new().route("/predict", post(empty))).await
}
