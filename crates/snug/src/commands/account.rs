//! `snug account`: who this store writes as.

use std::io::{self, Write};

use clap::{Args, Subcommand};
use client::api::AccountInfo;
use client::link::ServerUrl;
use serde::Serialize;

use crate::exit::{Done, Failure, Outcome};
use crate::json;
use crate::screen::tame;
use crate::store::{StoreArgs, notes};
use crate::style;

#[derive(Args)]
#[command(after_help = "JSON: {\"address\", \"name\", \"server\"}\n\n\
    Examples:\n  snug account create --name Priya --server chat.example.org:443\n  snug account show")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    store: StoreArgs,
}

#[derive(Subcommand)]
enum What {
    /// Make an account on a server, and the store for it where there is none.
    Create {
        /// The name that others see.
        #[arg(long)]
        name: String,
        /// The server that keeps what is sent to you: HOST:PORT, over TLS; without TLS on this machine only.
        #[arg(long, value_name = "SERVER")]
        server: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show the address to give to others.
    Show {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    match &arguments.what {
        What::Create { name, server, json } => {
            // Before a passphrase is asked for.
            let server = server.parse::<ServerUrl>();
            let server = server.map_err(|error| Failure::Usage(error.to_string()))?;
            let client = arguments.store.open_or_create()?;
            let account = client.create_account(name.clone(), server.to_string()).wait()?;
            if !arguments.store.is_offline() {
                // The server hears of it now or, where it cannot be reached, with the next command.
                notes(&client.sync().wait()?);
            }
            print(&account, *json)
        }
        What::Show { json } => {
            let client = arguments.store.open()?;
            let account = client.account().wait()?;
            print(&account, *json)
        }
    }
}

#[derive(Serialize)]
struct Account<'a> {
    address: &'a str,
    name: &'a str,
    server: &'a str,
}

fn print(account: &AccountInfo, as_json: bool) -> Outcome {
    if as_json {
        let AccountInfo {
            address,
            name,
            server,
        } = account;
        json::print(
            &mut io::stdout().lock(),
            &Account {
                address,
                name,
                server,
            },
        )?;
        return Ok(Done::Well);
    }
    let (head, aside) = (style::HEAD, style::ASIDE);
    let mut out = anstream::stdout().lock();
    writeln!(
        out,
        "{head}{}{head:#} on {}",
        tame(&account.name),
        tame(&account.server)
    )?;
    writeln!(out, "{}", tame(&account.address))?;
    writeln!(
        out,
        "{aside}Give this address to those who want to invite you.{aside:#}"
    )?;
    Ok(Done::Well)
}
