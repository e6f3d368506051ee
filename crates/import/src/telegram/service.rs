//! Telegram's service messages as sentences.

use super::message::Message;

/// A sentence that says what happened.
pub(super) fn sentence(message: &Message<'_>) -> String {
    if let Some(text) = message.information_text.text() {
        return text.to_owned();
    }
    let who = message.actor.text().or(message.from.text()).unwrap_or("Someone");
    let members = message.members.0.join(", ");
    let title = message
        .title
        .text()
        .or(message.new_title.text())
        .unwrap_or_default();
    let action = message.action.text().unwrap_or_default();
    let what = match action {
        "create_group" if members.is_empty() => format!("created the group “{title}”"),
        "create_group" => format!("created the group “{title}” with {members}"),
        "create_channel" => format!("created the channel “{title}”"),
        "edit_group_title" => format!("changed the group name to “{title}”"),
        "edit_group_photo" => "changed the group photo".to_owned(),
        "delete_group_photo" => "removed the group photo".to_owned(),
        "invite_members" if members.is_empty() => "added someone".to_owned(),
        "invite_members" => format!("added {members}"),
        "remove_members" if members.is_empty() => "removed someone".to_owned(),
        "remove_members" if members == who => "left the group".to_owned(),
        "remove_members" => format!("removed {members}"),
        "join_group_by_link" => "joined the group by a link".to_owned(),
        "join_group_by_request" => "joined the group by request".to_owned(),
        "migrate_to_supergroup" | "migrate_from_group" => "made the group a supergroup".to_owned(),
        "pin_message" => "pinned a message".to_owned(),
        "clear_history" => "cleared the history".to_owned(),
        "phone_call" => phone_call(message),
        "group_call" => "started a group call".to_owned(),
        "group_call_scheduled" => "scheduled a group call".to_owned(),
        "invite_to_group_call" => format!("invited {members} to a group call"),
        "take_screenshot" => "took a screenshot".to_owned(),
        "joined_telegram" => "joined Telegram".to_owned(),
        "set_messages_ttl" => "changed how long messages are kept".to_owned(),
        "edit_chat_theme" => "changed the theme of the chat".to_owned(),
        "topic_created" => format!("created the topic “{title}”"),
        "topic_edit" => format!("changed the topic to “{title}”"),
        "" => "did something that the export does not name".to_owned(),
        other => other.replace('_', " "),
    };
    format!("{who} {what}")
}

fn phone_call(message: &Message<'_>) -> String {
    match message.discard_reason.text() {
        Some("missed") => "called, and nobody answered".to_owned(),
        Some("busy") => "called, and was declined".to_owned(),
        _ => "called".to_owned(),
    }
}
