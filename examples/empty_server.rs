//! An axum server that takes what `burn-mlp serve` takes and does nothing with it: what the server's speed is compared
//! with. `cargo run --example empty_server -- 8081`

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
