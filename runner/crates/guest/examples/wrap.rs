use std::{env, fs};
fn leb(mut n: usize) -> Vec<u8> { let mut o = vec![]; loop { let b = (n & 127) as u8; n >>= 7; if n == 0 { o.push(b); return o; } o.push(b | 128); } }
fn main() {
    let a: Vec<String> = env::args().collect();
    let mut module = fs::read(&a[1]).unwrap();
    if a.len() > 3 {
        let manifest = fs::read(&a[3]).unwrap();
        let mut body = leb(14); body.extend(b"usher:manifest"); body.extend(manifest);
        module.push(0); module.extend(leb(body.len())); module.extend(body);
    }
    fs::write(&a[2], usher_guest::wrap(&module).unwrap()).unwrap();
}
