# The window in English.

## Everywhere
chats = Chats
close = Close
cancel = Cancel
copy = Copy
not-sent = This was not kept. What you wrote is back in the field; try again.
link-copied = The link is copied. This window goes nowhere: paste it into your browser if you trust it.
copied = Copied
back = Back to the chats
skip = To the messages
panel = Details
search = Search all messages
search-none = No message has these words.
search-found = { $count ->
    [one] { $count } message found
   *[other] { $count } messages found
}
help = Help
state = Linux today. Not audited. There are no confidential nodes yet, so there is no hardware evidence at all.
somebody = somebody in the chat
you = You
you-mark = (you)
names-and-more = { $names } and { $more } more
today = Today
yesterday = Yesterday
date-long = { $weekday }, { $day } { $month } { $year }
date-short = { $day } { $month }
date-short-year = { $day } { $month } { $year }
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December

## Before the store is open
closed-title = This page has no key
closed-words = A window opens with a link that works once. Close this one, and run “snug open” again.
gone-title = Snug has ended
gone-words = The program behind this window is not running any more. Run “snug open” again.
no-script = This window needs its script, and the browser does not run it.
lock-title = Locked
lock-passphrase = Passphrase
lock-open = Open
lock-keyring = Open with the desktop’s keyring
lock-words = The store is closed. Nothing of it is in this page, and nothing new arrives until it is open.
lock-busy = A passphrase is being tried. Wait a moment.
lock-now = Lock (Alt L)
first-title = A room of your own
first-words = What you write and read here is kept on this device, in a store that only your passphrase opens. Choose one with several words.
first-passphrase = Passphrase
first-again = The same again
first-go = Make the store
first-keyring = Keep the key in the desktop’s keyring instead
first-forgotten = Nobody can open the store without it: not we, and no server.
first-differ = The two differ. Type them again.
first-empty = An empty passphrase protects nothing.
first-exists = There is a store here already.

## The beginning
welcome-title = Welcome
welcome-words = Write to people, or begin with a chat that you have: both stay readable to nobody but those in them.
choose-title = Choose a chat
choose-words = The list is at the side. Ctrl K searches in all of them.
no-chats = No chats yet.
account-title = Make an account
account-words = A name for others to see, and a server that keeps what is sent to you until you are there. It cannot read it.
account-name = Your name
account-server = Server
account-make = Make the account
make-account = Make an account
my-address = My address
address-words = Whoever has this address can invite you. It is no secret.
new-chat = New chat
new-chat-words = Invite people by the addresses that they gave you.
new-chat-open = Begin a chat
new-title = What is it called?
new-addresses = Whom do you invite?
new-addresses-words = One address on each line. You can invite more people later.
new-make = Make the chat
new-too-many = That are too many people for one go: 64 at most.

## Chats
state-invited = You are invited
state-archive = Archive, on this device only
state-left = You left
state-removed = You were removed
state-rejoining = Coming back
unread = { $count ->
    [one] unread message
   *[other] unread messages
}
queued = { $count ->
    [one] { $count } message waits to be sent
   *[other] { $count } messages wait to be sent
}
reach-away = The server does not answer. What you write is kept and sent when it does.
reach-offline = Offline, as you chose. What you write is kept.
messages = Messages
message-label = { $author }, { $time }, message { $number }
message-number = message { $number }
new-messages = New messages
to-end = To the newest message
back-to-catch-up = Back to the key messages
people = People
reply = Reply
no-reply = No reply
answered-missing = Answers a message that is not here
write = Write a message
send = Send
never-ai = Never AI
never-ai-long = No member’s Snug will ever use this message for AI
drafted = Drafted with AI
delivery-queued = waiting
delivery-sent = sent
delivery-sent-long = A server has stored it
composer-archive = An archive: to be read, searched and caught up on.
composer-left = You left this chat. What was said stays here.
composer-removed = You were removed from this chat. What was said stays here.
composer-invited = Join to write.
invited-words = Somebody invites you to this chat. Joining shows them your name and address. What was said before you came stays closed to you.
join = Join
decline = Decline
declined = Declined.
leave = Leave the chat
leave-sure = Leave this chat? You can come back only if somebody invites you.
remove = Remove
remove-sure = Remove this person from the chat?
invite = Invite
invite-label = Invite an address
safety-title = Safety number
safety-words = Compare it with the other person, over the telephone for example. If it is the same on both sides, nobody stands between you.
suite = Encryption:

## What AI may do
ai-off = AI off
ai-on-device = AI on your devices
ai-confidential = AI up to a confidential node
means-off = No member’s Snug uses messages of this chat for AI.
means-on-device = Each member’s own device may, in a process without network and files.
means-confidential = A confidential node may too, once its evidence was checked. There are none yet.
place-off = nowhere
place-on-device = on this device
place-confidential = on a confidential node
consent-title = What AI may do here
consent-held = It is the least that anybody here allows. Held there by: { $names }.
consent-until = Until { $until }, unless it is renewed.
consent-archive = An imported chat never goes further than this device: its members were not asked.
consent-mine = What I allow
consent-sure = Allow a confidential node, off your devices, for a week?
consent-everybody = What everybody allows
consent-pending = The others have not heard this yet. On this device it holds already.
until = until { $until }
not-spoken = has not said anything yet
limits-title = What this does not stop
limit-copy = Anybody in the chat can copy it elsewhere by hand.
limit-client = A changed program that is not Snug does what it wants.
limit-screen = Whoever controls this system as root, or reads its screen, sees what you see.
limit-withheld = A server can hold back somebody’s “off” for a while. A yes to a confidential node ends by itself.
limit-node = An attacker who owns the hardware of a node and breaks it open is not stopped.

## The catch-up
catch-up = Catch up
catch-up-working = Looking through the messages, on this device …
catch-up-cancelled = Stopped. Nothing was kept.
key-messages = Key messages
picked-by = Picked by a program, quoted word for word
looked-at = { $count ->
    [one] Of { $count } message,
   *[other] Of { $count } messages,
}
from-to = { $from } to { $to }.
nothing-new = Nothing new.
for-you = For you
plans = Plans and decisions
links = Links
also-said = Also said
kind-question = Question
kind-mention = Mention
kind-decision = Decision
kind-plan = Plan
kind-link = Link
kind-said = Said
ran = Ran on this device, in a process without network and files, { $process } ms; { $whole } ms in all.
ran-nothing = There was nothing to do; { $whole } ms in all.
caution = What matters may be missing. Scroll up to be sure.
the-last = { $count ->
    [one] The last one
   *[other] The last { $count }
}
in-the-journal = Journal
left-out-never-ai = { $count ->
    [one] { $count } message was left out: its author marked it “never AI”.
   *[other] { $count } messages were left out: their authors marked them “never AI”.
}
left-out-off = { $count ->
    [one] { $count } message was left out: AI was off when it was sent.
   *[other] { $count } messages were left out: AI was off when they were sent.
}
left-out-many = { $count ->
    [one] { $count } older message was too much to look at.
   *[other] { $count } older messages were too many to look at.
}
refused = AI is off in { $chat }, because { $names } said so.
refused-words = No message was given to the assistant.
refused-why = Who allows what

## The journal
journal = Journal
journal-title = Where AI was used
journal-words = Every use of AI in this store, and every refusal. Only this device has it.
journal-empty = AI was not used yet.
journal-ceiling = then: { $ceiling }
task-catch-up = Catch-up
messages-given = { $count ->
    [0] no message was given
    [one] { $count } message was given
   *[other] { $count } messages were given
}
by-engine = by { $engine }
outcome-answered = Answered
outcome-refused = Refused
outcome-failed = Failed

## Exports of other messengers
export-title = Open a chat export
export-words = WhatsApp, Telegram, Signal. It needs no account and no server, and never leaves this device.
export-open = Open a file
export-how = In WhatsApp: More, Export chat, Without media. Also Telegram’s result.json, Signal’s plain export, and JSON Lines.
export-file = The file
export-reading = Reading …
export-most = Up to { $most } MB here; “snug import FILE” takes any size.
export-stays = The exported file itself lies unencrypted on your disk. Delete it when you are done.
export-empty = There is no message in this file.
export-found = { $messages ->
    [one] { $messages } message
   *[other] { $messages } messages
} of { $people ->
    [one] { $people } person
   *[other] { $people } people
}
export-from-to = { $from } to { $to }
export-chats = { $count ->
    [one] { $count } chat
   *[other] { $count } chats; each becomes an archive of its own
}
export-skipped = { $count ->
    [one] { $count } line could not be read.
   *[other] { $count } lines could not be read.
}
export-me = Who are you in it?
export-nobody = None of them
export-me-words = What follows your own last message counts as unread.
export-keep = Keep it
export-keeping = Keeping it …

## Help and keys
help-words = Snug keeps a chat between the people in it. AI looks at a chat only as far as everybody in it allows, on this device, in a process that the system has cut off from the network and from files; each use stands in the journal.
keys-title = Keys
keys-search = Search
keys-chats = Next and previous chat
keys-messages = From message to message
keys-reply = Reply to the message
keys-catchup = Catch up on the chat
keys-ends = First and last message
keys-send = Send
keys-line = New line
keys-close = Close the panel, or go back
keys-lock = Lock

## Problems
problem-locked = The window is locked.
problem-missing = This is not there any more.
problem-passphrase = This passphrase does not open the store. Try again.
problem-in-use = Another program has this store open. Close it there first.
problem-no-account = There is no account in this store yet.
problem-no-person = Nobody in the chat has this name or address.
problem-empty = There is nothing in it.
