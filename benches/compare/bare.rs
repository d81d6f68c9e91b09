//! actix-web and nothing else, answering from memory what Awasir answered: the same bodies, the same headers.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{App, HttpResponse, HttpServer, web};
use serde_json::{Value, json};

use crate::load::{Response, Target};
use crate::process::Process;

/// What the server writes by itself.
const OWN: [&str; 4] = ["date", "content-length", "connection", "transfer-encoding"];

/// The server.
pub struct Bare {
    _process: Process,
    address: SocketAddr,
}

impl Bare {
    /// Starts one, a process of this same program.
    pub fn start(folder: &Path, one: &Response, list: &Response) -> Self {
        let answers = folder.join("answers.json");
        let kept = |response: &Response| {
            let body = str::from_utf8(&response.body).expect("UTF-8");
            json!({"headers": response.headers, "body": body})
        };
        std::fs::write(&answers, json!({"one": kept(one), "list": kept(list)}).to_string())
            .expect("to write the answers down");
        let program = std::env::current_exe().expect("this program's path");
        let mut process =
            Process::spawn(Command::new(program).arg("bare").arg(answers).stdout(Stdio::piped()));
        let mut line = String::new();
        BufReader::new(process.output()).read_line(&mut line).expect("its address");
        Self { _process: process, address: line.trim().parse().expect("an address") }
    }

    /// The same request, to this server.
    pub fn target(&self, target: &Target) -> Target {
        Target { address: self.address, ..target.clone() }
    }
}

/// An answer kept ready.
#[derive(Clone)]
struct Ready {
    headers: Vec<(HeaderName, HeaderValue)>,
    body: web::Bytes,
}

impl Ready {
    fn of(kept: &Value) -> Self {
        let headers: Vec<(String, String)> =
            serde_json::from_value(kept["headers"].clone()).expect("the headers");
        let headers = headers.into_iter().filter(|(name, _)| !OWN.contains(&name.as_str()));
        let headers = headers.map(|(name, value)| {
            (name.parse().expect("a header's name"), HeaderValue::try_from(value).expect("a header's value"))
        });
        let body = kept["body"].as_str().expect("the body").to_owned();
        Self { headers: headers.collect(), body: web::Bytes::from(body) }
    }

    fn answer(&self) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        for (name, value) in &self.headers {
            response.insert_header((name.clone(), value.clone()));
        }
        response.body(self.body.clone())
    }
}

/// Serves until it is killed.
pub fn serve(arguments: &[String]) {
    let text = std::fs::read_to_string(&arguments[0]).expect("the answers");
    let kept: Value = serde_json::from_str(&text).expect("the answers' JSON");
    let (one, list) = (Ready::of(&kept["one"]), Ready::of(&kept["list"]));
    let served = actix_web::rt::System::new().block_on(async move {
        let server = HttpServer::new(move || {
            let (one, list) = (one.clone(), list.clone());
            let one = web::get().to(move || std::future::ready(one.answer()));
            let list = web::get().to(move || std::future::ready(list.answer()));
            App::new().route("/v1/{things}/{id}", one).route("/v1/{things}", list)
        })
        .bind(("127.0.0.1", 0))?;
        println!("{}", server.addrs()[0]);
        server.run().await
    });
    served.expect("to serve");
}
