//! A server that breaks off, falls silent or goes on for ever, as no web framework would let it.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// The size of the page `/vast`.
const VAST_BYTES: usize = 50_000_000;

/// Serves until the test ends; returns where.
pub(crate) async fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            // A browser that is ended closes its connections: that is no failure of the server.
            tokio::spawn(async move { answer(connection).await.ok() });
        }
    });
    address
}

async fn answer(mut connection: TcpStream) -> std::io::Result<()> {
    let path = path(&mut connection).await?;
    let head = |lines: &str| format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{lines}\r\n\r\n");
    match path.as_str() {
        "/silent" => std::future::pending().await,
        "/unfinished" => {
            connection.write_all((head("Content-Length: 1000") + "<p>It begins").as_bytes()).await?;
            std::future::pending().await
        }
        // Closed with a part of the request unread, a connection is reset.
        "/reset" => {
            let begun = head("Content-Length: 100000") + &"<p>It begins".repeat(1000);
            connection.write_all(begun.as_bytes()).await
        }
        "/endless" => {
            connection.write_all(head("Connection: close").as_bytes()).await?;
            let mut again = tokio::time::interval(Duration::from_millis(5));
            loop {
                connection.write_all(b"<p>And so on</p>\n").await?;
                again.tick().await;
            }
        }
        "/vast" => {
            let begun = head(&format!("Content-Length: {VAST_BYTES}")) + "<pre>";
            connection.write_all(begun.as_bytes()).await?;
            let line = "And so on. ".repeat(1000) + "\n";
            let mut left = VAST_BYTES - "<pre>".len();
            while left > 0 {
                let part = &line.as_bytes()[..left.min(line.len())];
                connection.write_all(part).await?;
                left -= part.len();
            }
            std::future::pending().await
        }
        "/file" => {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/zip\r\n\
                Content-Disposition: attachment; filename=file.zip\r\nContent-Length: 4\r\n\r\nfile";
            connection.write_all(head.as_bytes()).await?;
            std::future::pending().await
        }
        "/nothing" => {
            connection.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await?;
            std::future::pending().await
        }
        "/around" => {
            let head =
                "HTTP/1.1 302 Found\r\nLocation: /around\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            connection.write_all(head.as_bytes()).await
        }
        "/password" => {
            let head = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"Registry\"\r\n\
                Content-Type: text/html\r\nContent-Length: 10\r\n\r\n<p>Who?</p>";
            connection.write_all(head.as_bytes()).await?;
            std::future::pending().await
        }
        _ => connection.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").await,
    }
}

/// Reads the request up to its path.
async fn path(connection: &mut TcpStream) -> std::io::Result<String> {
    let mut line = Vec::new();
    while !line.ends_with(b" HTTP/") {
        line.push(connection.read_u8().await?);
    }
    let line = String::from_utf8_lossy(&line).into_owned();
    Ok(line.split(' ').nth(1).unwrap_or_default().to_owned())
}
