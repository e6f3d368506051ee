#![allow(warnings)]
use assistant::*; use worker::*;
fn main(){ worker::entry(std::env::args_os().skip(1), assistant::run);
 for (n,len) in [(50_000usize,100usize),(50_000,300),(50_000,1000),(400_000,100)] {
 let w=["tent","friday","agree","let's","we","meet","at","8","tomorrow","https://example.org/a","plan","bring","the","and","coffee","question?"];
 let messages=(0..n).map(|i|{ let mut t=String::new(); let mut k=i*7919; while t.len()<len {k=k.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407); t.push_str(w[(k>>33)%w.len()]); if (k>>40)%5==0 {t.push_str(&format!("{}", (k>>45)%5000));} t.push(' ');} Message{n:i as u32+1, at:Default::default(), author:Some((i%20) as u16), text:t}}).collect();
 let tr=Transcript{authors:(0..20).map(|i|format!("P{i}")).collect(), messages, ..Default::default()};
 let t=Task::KeyMessages{transcript:tr, items:10};
 let e=assistant::encode_task(&t).map(|b|b.len());
 match worker::answer(&Program::this(), &t, &Limits{deadline:std::time::Duration::from_secs(120)}, &Cancel::new()) { Ok((a,r))=>println!("{n}x{len}: task {:?} items {} took {:?} cpu {:?} mem {} MiB", e, a.items().len(), r.took, r.processor, r.memory_bytes>>20), Err(x)=>println!("{n}x{len} {e:?} ERR {x}") }
 }}
