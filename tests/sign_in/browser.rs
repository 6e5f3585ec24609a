//! A browser that signs in: it opens the address that it is given, and follows the org back to the program.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::world::Product;

/// A browser that waits for an address, until it is dropped.
pub(super) struct Browser {
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    code: Arc<Mutex<Option<String>>>,
}

impl Browser {
    pub(super) fn start(product: &mut Product) -> Self {
        let (program, opened) = (product.path("browser"), product.path("opened"));
        let _none = std::fs::remove_file(&opened);
        let part = product.path("opened.part");
        let script = format!(
            "#!/bin/sh\nprintf %s \"$1\" > {part}\nmv {part} {opened}\n",
            part = part.display(),
            opened = opened.display()
        );
        product.write("browser", script);
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).expect("a file");
        product.unset("BROWSER");
        product.set("BROWSER", &program.display().to_string());
        let ended = Arc::new(AtomicBool::new(false));
        let is_over = Arc::clone(&ended);
        let code = Arc::default();
        let brought: Arc<Mutex<Option<String>>> = Arc::clone(&code);
        let thread = std::thread::spawn(move || {
            let address = loop {
                match std::fs::read_to_string(&opened) {
                    Ok(address) => break address,
                    Err(_) if is_over.load(Ordering::Relaxed) => return,
                    Err(_) => std::thread::sleep(Duration::from_millis(10)),
                }
            };
            // Everyone on the machine can read the arguments of a program.
            let page = address.strip_prefix("file://").expect("a page");
            let rights =
                |path: &Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
            assert_eq!(rights(Path::new(page)), 0o600);
            assert_eq!(rights(Path::new(page).parent().expect("a folder")), 0o700);
            let text = std::fs::read_to_string(page).expect("a page");
            let link = text.split("href=\"").nth(1);
            let link = link.and_then(|rest| rest.split('"').next());
            let address = link.expect("a link").replace("&amp;", "&");
            // A connection that says nothing.
            let back_to = address.split("localhost%3A").nth(1).expect("a port");
            let port = back_to.split('%').next().expect("a port");
            let _idle = TcpStream::connect(format!("127.0.0.1:{port}")).expect("connects");
            let answer = get(&address);
            let back = answer.lines().find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                name.eq_ignore_ascii_case("location").then_some(value)
            });
            let began = Instant::now();
            if let Some(back) = back {
                let code = back
                    .split("code=")
                    .nth(1)
                    .and_then(|rest| rest.split('&').next());
                *brought.lock().expect("no panic") = code.map(str::to_owned);
                get(back.trim());
                assert!(began.elapsed() < Duration::from_secs(8), "held back");
            }
        });
        Self {
            ended,
            thread: Some(thread),
            code,
        }
    }

    /// Waits until it has gone back. The code that it brought, if the user allowed it.
    pub(super) fn end(mut self) -> Option<String> {
        self.stop();
        self.code.lock().expect("no panic").clone()
    }

    fn stop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
            && !std::thread::panicking()
        {
            panic!("the browser failed");
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The answer at an address.
fn get(address: &str) -> String {
    let rest = address.strip_prefix("http://").expect("an address");
    let (host, path) = rest.split_once('/').expect("a path");
    let mut stream = TcpStream::connect(host).expect("connects");
    let request = format!("GET /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = String::new();
    let _closed = stream.read_to_string(&mut answer);
    answer
}

/// The text without what differs from one address of a sign-in to the next.
pub(super) fn without_query(text: &str) -> String {
    let mut clean = String::new();
    for line in text.lines() {
        let shown = line.split("/services/oauth2/authorize?").next();
        clean.push_str(shown.unwrap_or_default());
        if shown != Some(line) {
            clean.push_str("/services/oauth2/authorize?…");
        }
        clean.push('\n');
    }
    clean
}
